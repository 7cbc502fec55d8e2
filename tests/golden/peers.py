"""Writes peers.json: what scipy, scikit-learn and rsatoolbox find in a small data set.

    pip install numpy scipy scikit-learn rsatoolbox
    python tests/golden/peers.py > tests/golden/peers.json
"""

import json
from importlib.metadata import version

import numpy as np
from rsatoolbox.data import Dataset
from rsatoolbox.data.noise import cov_from_residuals
from rsatoolbox.rdm import calc_rdm
from scipy import stats
from scipy.cluster import hierarchy
from scipy.spatial.distance import pdist, squareform
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression


def peers():
    """The data and all that the peers make of it, as lists of numbers."""
    random = np.random.default_rng(7)
    n, d = 24, 5
    group = np.arange(n) % 3
    fold = np.arange(n) // 12
    x = np.round(random.normal(size=(n, d)) + 1.5 * np.eye(3, d)[group], 6)
    other = np.round(x[:, :3] + 0.5 * random.normal(size=(n, 3)), 6)
    binary = (x > 0.5).astype(float)
    euclidean, second = pdist(x), pdist(other)
    decoder = LogisticRegression(C=1.0, tol=1e-12, max_iter=100000).fit(x, group)
    data = Dataset(x, obs_descriptors={"group": group, "fold": fold})
    means = np.array([x[(group == group[i]) & (fold == fold[i])].mean(0) for i in range(n)])
    shrunk = cov_from_residuals(x - means, dof=n - 6, method="shrinkage_diag")
    crossnobis = {
        name: calc_rdm(
            data, method="crossnobis", descriptor="group", cv_descriptor="fold", noise=noise
        ).get_matrices()[0]
        for name, noise in [("identity", None), ("shrunk", np.linalg.inv(shrunk))]
    }
    pca = PCA().fit(x)
    a, b = x[:, 0], other[:, 0]
    two = lambda result: [float(result.statistic), float(result.pvalue)]
    squares = squareform(euclidean) ** 2
    centre = np.eye(n) - 1 / n
    return {
        "versions": {
            name: version(name) for name in ["numpy", "scipy", "scikit-learn", "rsatoolbox"]
        },
        "x": x,
        "other": other,
        "group": group,
        "fold": fold,
        "metrics": {
            "Euclidean": squareform(euclidean),
            "SumSquares": squareform(pdist(x, "sqeuclidean")),
            "CityBlock": squareform(pdist(x, "cityblock")),
            "InverseCosine": squareform(pdist(x, "cosine")),
            "InverseCorrelation": squareform(pdist(x, "correlation")),
            "Correlation": np.corrcoef(x),
            "Spearman": stats.spearmanr(x.T).statistic,
        },
        "jaccard": squareform(pdist(binary.astype(bool), "jaccard")),
        "mahalanobis": squareform(pdist(x, "mahalanobis")),
        "crossnobis": crossnobis,
        "agreement": {
            "Correlation": float(np.corrcoef(euclidean, second)[0, 1]),
            "Spearman": float(stats.spearmanr(euclidean, second).statistic),
            "Kendall": float(stats.kendalltau(euclidean, second).statistic),
            "Cosine": float(euclidean @ second / np.sqrt(euclidean @ euclidean * (second @ second))),
        },
        "linkage": {
            name: hierarchy.linkage(euclidean, name)[:, 2]
            for name in ["single", "complete", "average", "ward", "centroid"]
        },
        "pca": {"ratio": pca.explained_variance_ratio_, "components": pca.components_},
        "singular": np.linalg.svd(x, compute_uv=False),
        "scaling": np.sort(np.linalg.eigvalsh(-0.5 * centre @ squares @ centre))[::-1][:d],
        "tests": {
            "welch": two(stats.ttest_ind(a, b[:17], equal_var=False)),
            "student": two(stats.ttest_ind(a, b[:17])),
            "paired": two(stats.ttest_rel(a, b)),
            "anova": two(stats.f_oneway(*[a[group == g] for g in range(3)])),
            "pearson": two(stats.pearsonr(a, b)),
            "spearman": two(stats.spearmanr(a, b)),
            "kendall": two(stats.kendalltau(a, b, method="asymptotic")),
            "kendall_ties": two(
                stats.kendalltau(np.round(a), np.round(b), method="asymptotic")
            ),
        },
        "decoder": {
            "weights": decoder.coef_,
            "intercepts": decoder.intercept_ - decoder.intercept_.mean(),
            "probabilities": decoder.predict_proba(x),
        },
    }


def plain(value):
    """Arrays as lists, all the way down."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


if __name__ == "__main__":
    print(json.dumps(plain(peers())))
