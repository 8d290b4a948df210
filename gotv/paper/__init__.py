"""Drawing on A4: nothing here asks a database; each module takes plain shapes and puts them on pages."""
