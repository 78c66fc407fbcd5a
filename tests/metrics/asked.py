"""Measures of a store, for tests that look at one answer from many sides."""

from claudesess import ask


class Asked:
    """A store whose measures are each shaped once, and estimated once for each grouping."""

    def __init__(self, opened):
        self.store, self.answers = opened, {}

    def __call__(self, name, **how):
        grouping = {"by": how.pop("by")} if "by" in how else {}
        key = (name, *sorted(how.items()))
        if key not in self.answers:
            self.answers[key] = ask(self.store, name, **how)
        grouped = (*key, *grouping.values()) if grouping else key
        if grouped not in self.answers:
            self.answers[grouped] = self.answers[key].again(**grouping)
        return self.answers[grouped]
