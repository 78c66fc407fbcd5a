"""Measures of a store, for tests that look at one answer from many sides."""

from claudesess import ask

AGAIN = ("by", "where")


class Asked:
    """A store whose measures are each shaped once, and estimated once for each grouping and filter."""

    def __init__(self, opened):
        self.store, self.answers = opened, {}

    def __call__(self, name, **how):
        again = {word: how.pop(word) for word in AGAIN if word in how}
        own = f"{name} {how}"
        if own not in self.answers:
            self.answers[own] = ask(self.store, name, **how)
        key = f"{own} {again}" if again else own
        if key not in self.answers:
            self.answers[key] = self.answers[own].again(**again)
        return self.answers[key]


def told(answer):
    """What a measure says of its estimates, held against no control, and what it advises: events, cost of each."""
    said = str(answer.measure.says(answer.estimates, answer.units))
    if not hasattr(answer.measure.module, "advice"):
        return said, None
    advice = answer.measure.module.advice(answer.estimates, answer.units)
    return said, (int(advice.events.fillna(0).sum()), advice.cost, advice.each, advice.is_less)
