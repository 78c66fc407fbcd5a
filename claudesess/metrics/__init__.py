"""Questions that the data can answer: a folder per question, a file per measure; ``ask`` asks them.

A measure is found by listing the folder of its question; there is no registry to edit. It has exactly

``UNITS``      the contract of its units, one row per thing observed or exposed
``units``      relations in, units out; options are keyword-only
``sums``       units added up by session and group, `claudesess.contracts.SUMS`
``estimate``   sums to `claudesess.contracts.ESTIMATES`
``control``    the same units where the number must come out empty; a sentence where nothing is claimed
``chart``      estimates and units drawn
``finding``    estimates in at most two sentences, or nothing; it takes the units too where it quotes them

and may have ``advice``, which makes its numbers findings: what an event costs, and what to do about it
(`claudesess.estimating.Advice`).

A view, which lists and claims nothing, has ``UNITS``, ``units`` and ``chart(units)``. Files that begin with
``_`` are shared by the measures beside them.
"""
