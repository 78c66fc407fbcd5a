"""The lines of what a call printed, as they are looked at: those that say anything, and of long ones the beginning."""

from claudesess_collector import light_re as re

_TEXT_LOOKED_AT = 16384
_LINE_LOOKED_AT = 400


def lines_of(output: str) -> re.Lines:
    """Return lines without escape sequences, of both ends of a long text; blanks that begin a line are kept."""
    if len(output) > 2 * _TEXT_LOOKED_AT:
        output = output[:_TEXT_LOOKED_AT] + "\n" + output[-_TEXT_LOOKED_AT:]
    from claudesess_collector.privacy_redact import without_sequences

    lines = without_sequences(output.replace("\r", "\n")).split("\n")
    return re.Lines(line[:_LINE_LOOKED_AT].rstrip() for line in lines if line.strip())


def stripped(message: str) -> re.Lines:
    """Return the lines of a failure's message without blanks around them."""
    lines = [line.strip() for line in message.split("\n")]
    return re.Lines(line[:_LINE_LOOKED_AT] for line in lines if line)
