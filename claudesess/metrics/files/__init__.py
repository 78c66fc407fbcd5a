"""Files: which of them fail again and again when somebody edits them, and who undoes whose work in them?"""

TITLE = "Files"
QUESTION = "Which files fail again and again when somebody edits them, and who overwrites whose work in them?"
ORDER = ("hot", "overwritten")
