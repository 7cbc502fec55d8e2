"""Writes peers.json: what scipy, scikit-learn and rsatoolbox find in a small data set.

    pip install numpy -r tests/requirements.txt
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
from sklearn.cluster import DBSCAN, KMeans
from sklearn.decomposition import PCA, FastICA
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.manifold import MDS, TSNE, trustworthiness
from sklearn.metrics import roc_auc_score, roc_curve, silhouette_samples
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler


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
    trees = {
        name: hierarchy.linkage(euclidean, name)
        for name in ["single", "complete", "average", "ward", "centroid"]
    }
    average = trees["average"]
    square = squareform(euclidean)
    scipys_order = hierarchy.leaves_list(hierarchy.optimal_leaf_ordering(average, euclidean))
    # Clouds that overlap, for mixtures and dense clusters.
    centres = np.array([[0, 0], [4, 1], [0, 5]])
    clouds = np.round(random.normal(size=(150, 2)) * [1, 0.6] + centres[np.arange(150) % 3], 6)
    mixture = {
        form: GaussianMixture(
            3, covariance_type=form, n_init=50, tol=1e-12, max_iter=10000, random_state=0
        ).fit(clouds)
        for form in ["full", "diag"]
    }
    ridge = Ridge(alpha=0.5).fit(x, other)
    residuals = ridge.predict(x) - other
    wide = Ridge(alpha=0.5).fit(x[:4], other[:4])
    scores = np.round(x[:, 0], 1)
    alarms, hits, _ = roc_curve(group == 0, scores, drop_intermediate=False)
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
    standardised = PCA().fit(StandardScaler().fit_transform(x))
    a, b = x[:, 0], other[:, 0]
    two = lambda result: [float(result.statistic), float(result.pvalue)]
    kolmogorov = lambda x, y, method="exact": two(stats.ks_2samp(x, y, method=method))
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
        "linkage": {name: tree[:, 2] for name, tree in trees.items()},
        "nodes": {name: tree[:, :2] for name, tree in trees.items()},
        "cophenetic": {
            "distances": squareform(hierarchy.cophenet(average)),
            "correlation": float(hierarchy.cophenet(average, euclidean)[0]),
        },
        "cuts": {
            "count": np.array([hierarchy.fcluster(average, n, "maxclust") for n in [2, 4, 7]]),
            "height": hierarchy.fcluster(average, 2.0, "distance"),
        },
        "order": {
            "least": least_order(average, square),
            "scipy": float(square[scipys_order[:-1], scipys_order[1:]].sum()),
        },
        "silhouette": silhouette_samples(x, group),
        "clouds": clouds,
        "dbscan": DBSCAN(eps=0.5, min_samples=5).fit_predict(clouds),
        "mixture": {form: described(fit, clouds) for form, fit in mixture.items()},
        "kmeans": [
            float(KMeans(k, n_init=50, tol=0, random_state=0).fit(clouds).inertia_)
            for k in [2, 3, 5]
        ],
        "stress": least_stress(square),
        "few": few_rows(),
        "mixed": mixed_sources(),
        "neighbours": neighbours(),
        "ridge": {
            "weights": ridge.coef_,
            "intercepts": ridge.intercept_,
            "score": float(1 - residuals.var(0).sum() / other.var(0).sum()),
            "wide": wide.coef_,
        },
        "roc": {"alarms": alarms, "hits": hits, "area": float(roc_auc_score(group == 0, scores))},
        "pca": {"ratio": pca.explained_variance_ratio_, "components": pca.components_},
        "pca_of_correlations": {
            "ratio": standardised.explained_variance_ratio_,
            "components": standardised.components_,
        },
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
            "kolmogorov": kolmogorov(a, b[:17] + 0.7),
            "kolmogorov_equal": kolmogorov(a[:10], b[:10] + 1),
            "kolmogorov_apart": kolmogorov(a, b + 20),
            "kolmogorov_ties": kolmogorov(np.round(a), np.round(b[:20])),
        },
        "decoder": {
            "weights": decoder.coef_,
            "intercepts": decoder.intercept_ - decoder.intercept_.mean(),
            "probabilities": decoder.predict_proba(x),
        },
    }


def least_order(tree, square):
    """The least sum of neighbours' distances over all orders of a tree, all of them tried: scipy
    1.17 does not always find it."""
    orders = [{(item, item): 0.0} for item in range(len(square))]
    for left, right, _, _ in tree:
        found = {}
        for (first, middle), one in orders[int(left)].items():
            for (start, last), other in orders[int(right)].items():
                whole = one + other + square[middle, start]
                for ends in [(first, last), (last, first)]:
                    found[ends] = min(found.get(ends, np.inf), whole)
        orders.append(found)
    return float(min(orders[-1].values()))


def few_rows():
    """Fewer rows than values: a network's layer in a few trials."""
    x = np.round(np.random.default_rng(8).normal(size=(12, 40)), 6)
    pca, distances = PCA(11).fit(x), pdist(x)
    return {
        "x": x,
        "Euclidean": squareform(distances),
        "Correlation": np.corrcoef(x),
        "InverseCosine": squareform(pdist(x, "cosine")),
        "Spearman": stats.spearmanr(x.T).statistic,
        "average": hierarchy.linkage(distances, "average")[:, 2],
        "ratio": pca.explained_variance_ratio_,
        "components": pca.components_,
        "singular": np.linalg.svd(x, compute_uv=False),
        "silhouette": silhouette_samples(x, np.arange(12) % 3),
    }


def mixed_sources():
    """Sources that are not normal, mixed, and what FastICA says each contributes."""
    random = np.random.default_rng(9)
    sources = np.stack(
        [random.uniform(size=300), random.laplace(size=300), random.choice([-1, 1], size=300)], 1
    )
    mixing = np.array([[1, 0.5, -0.3, 0.2], [0.4, 1, 0.2, -0.6], [-0.2, 0.3, 1, 0.5]])
    x = np.round(sources @ mixing, 6)
    ica = FastICA(3, fun="logcosh", tol=1e-14, max_iter=10000, random_state=0).fit(x)
    return {"x": x, "mixing": ica.mixing_.T}


def neighbours():
    """Three groups, and how many of their rows' neighbours t-SNE keeps."""
    random = np.random.default_rng(10)
    x = np.round(random.normal(size=(60, 10)) + 4 * np.eye(3, 10)[np.arange(60) % 3], 6)
    points = TSNE(perplexity=10, method="exact", init="random", random_state=0).fit_transform(x)
    return {"x": x, "trustworthiness": float(trustworthiness(x, points, n_neighbors=5))}


def least_stress(square):
    """The least stress 1 of non-metric scaling in two dimensions, over several starts."""
    scaling = MDS(
        metric_mds=False,
        metric="precomputed",
        normalized_stress=True,
        n_init=6,
        init="random",
        max_iter=3000,
        eps=1e-12,
        random_state=0,
    )
    return float(scaling.fit(square).stress_)


def described(fit, rows):
    """A mixture, its clouds by growing weight."""
    order = np.argsort(fit.weights_)
    full = fit.covariance_type == "full"
    covariances = fit.covariances_ if full else [np.diag(row) for row in fit.covariances_]
    return {
        "log_likelihood": float(fit.score(rows) * len(rows)),
        "bic": float(fit.bic(rows)),
        "aic": float(fit.aic(rows)),
        "weights": fit.weights_[order],
        "means": fit.means_[order],
        "covariances": np.array(covariances)[order],
    }


def plain(value):
    """Arrays as lists, all the way down."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


if __name__ == "__main__":
    print(json.dumps(plain(peers())))
