# One image for web, worker, timekeeper and migrations; the command says which.
FROM python:3.13-slim AS build
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY gotv gotv
COPY workers workers
COPY templates templates
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -c constraints.txt .

FROM python:3.13-slim
# The letters of the paper, Welsh ones included.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home gotv && install -d -o gotv -m 700 /backups
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 TZ=Europe/London GOTV_HOME=/home/gotv/house
USER gotv
WORKDIR /home/gotv
EXPOSE 8000
CMD ["gunicorn", "-c", "python:gotv.server", "-b", "0.0.0.0:8000", "gotv.app:web_process()"]
