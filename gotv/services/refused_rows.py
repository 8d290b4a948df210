"""The rows of a file that were refused, to take away, mend and send again."""

from gotv.domain.register_layouts import find_layout
from gotv.errors import NotThere
from gotv.services.exports import csv_of
from gotv.services.table_file import read_table
from gotv.services.uploads import find_upload
from gotv.store import uploads
from gotv.store.database import Database


def as_csv(database: Database, contest_id: int, upload_id: int) -> str:
    """The refused rows as they came, each with its row number, cause and the value at fault.

    Raises NotThere when no row was refused, as when the file was refused as a whole.
    """
    upload = find_upload(database, contest_id, upload_id)
    if not upload["refused_rows"]:
        raise NotThere("No row of this file was refused.")
    with database.snapshot() as connection:
        refused = uploads.refused(connection, contest_id, upload_id)
        file = read_table(uploads.content(connection, contest_id, upload_id))
    if upload["kind"] == "register":
        file = find_layout(file)[1]
    headings = ["Row", "Why it was refused", "Value", *file.headings]
    rows = ([one["row"], one["cause"], one["value"], *file.rows[one["row"] - file.first_row]] for one in refused)
    return csv_of([headings, *rows])
