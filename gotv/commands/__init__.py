"""The `gotv` command's parts: one file for each group of words."""
