"""What docker-compose.yml must always say, read from the parsed file."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from gotv.config import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]


def test_every_part_of_the_house_is_there() -> None:
    assert set(SERVICES) == {"proxy", "web", "worker", "timekeeper", "migrate", "postgres", "valkey"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_service_is_watched_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"proxy"}))
def test_only_the_proxy_has_a_published_port(name: str) -> None:
    assert "ports" not in SERVICES[name]


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_what_is_kept_is_reached_from_inside_only(name: str) -> None:
    assert SERVICES[name]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


@pytest.mark.parametrize("name", ["web", "worker", "timekeeper"])
def test_the_house_itself_can_go_out(name: str) -> None:
    """A worker reaches the mail server; web and timekeeper look at the second address."""
    assert SERVICES[name]["networks"] == ["inside", "outside"]
    assert not (COMPOSE["networks"]["outside"] or {}).get("internal")


def test_people_come_in_over_tls() -> None:
    assert "443:443" in SERVICES["proxy"]["ports"]
    assert SERVICES["web"]["environment"]["GOTV_PUBLIC_URL"].startswith("https://")
    assert SERVICES["web"]["environment"]["GOTV_PROXIES"] == "1"


def test_nothing_starts_before_the_migrations_are_done() -> None:
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["migrate"]["command"] == "gotv migrate"
    for name in ("web", "worker", "timekeeper"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_there_is_no_default_secret() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("GOTV_SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"):
        assert f"${{{name}:?" in text
        assert f"${{{name}:-" not in text


def test_every_setting_it_gives_is_one_we_read() -> None:
    given = {name for name in SERVICES["web"]["environment"] if name.startswith("GOTV_")}
    assert given <= {f"GOTV_{name.upper()}" for name in Settings.model_fields}


def test_valkey_forgets_nothing_silently() -> None:
    assert "noeviction" in SERVICES["valkey"]["command"]
    assert "synchronous_commit=on" in SERVICES["postgres"]["command"]
