"""Questions that the data can answer: one module per question, each with exactly RESULT, compute and chart.

A metric is found by listing this folder; there is no registry to edit. ``compute`` takes relations by
position (their names are the relations' names) and options by keyword, and returns a frame that fits
``RESULT``; ``chart`` draws that frame and nothing else.
"""

from claudesess.charts.offline import use_offline

use_offline()
