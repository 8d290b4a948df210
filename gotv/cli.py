"""The `gotv` command."""

import click

from gotv.commands import battlegrounds, contest, files, heartbeat, keeping, practise, ready, rehearse, run, switch
from gotv.logs import set_up_logs


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gotv")
def main() -> None:
    """Election-day get-out-the-vote tracker.

    Try it with: gotv demo
    """
    set_up_logs()


for command in (
    *(run.run, run.demo, run.migrate),
    *(contest.contest, contest.people, contest.lists, contest.recount),
    *(files.import_, keeping.backup, keeping.backups, keeping.restore, keeping.purge),
    *(rehearse.rehearse, ready.ready, heartbeat.heartbeat, switch.switch),
    *(battlegrounds.seats, practise.practise),
):
    main.add_command(command)


if __name__ == "__main__":
    main()
