"""Help while a cell is written, and what the kernel itself can do."""

import pathlib
import subprocess
import time

import pytest
from conftest import ASSOCIATOR

SYSROOT = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True).stdout
HAS_STD = (pathlib.Path(SYSROOT.strip()) / "lib/rustlib/src/rust/library").is_dir()
needs_std = pytest.mark.skipif(not HAS_STD, reason="the sources of std (rust-src) are missing")


LIVE = f"{ASSOCIATOR}let mut live = Sim::new(net, &patterns)?.with_max_epochs(300)?.with_n_zero_stop(0);"


@pytest.fixture(scope="module")
def session(kernel):
    kernel.ok(
        'let table = Table::new().with_column("SSE", [2.5, 0.0])?;\n'
        "let values = vec![1.5, 2.5];\n"
        "/// A place.\nstruct Point { x: f64 }\n"
        "impl Point { /// Two times as far.\n fn twice(&self) -> f64 { 2.0 * self.x } }\n"
        "let point = Point { x: 1.0 };"
    )
    return kernel


@pytest.mark.parametrize(
    "code, expected",
    [
        ("tab", "table"),
        ("Tab", "Table"),
        ("line_ch", "line_chart"),
        ("print", "println!"),
        ("table.nu", "numbers"),
        ("table.view().fil", "filter"),
        ('table.view().filter(col("SSE").', "gt"),
        pytest.param("values.pu", "push", marks=needs_std),
        pytest.param("values.iter().map(|v| v.pow", "powi", marks=needs_std),
        pytest.param("values.iter().enu", "enumerate", marks=needs_std),
        ("for row in table.vi", "view"),
        pytest.param("if values.is_", "is_empty", marks=needs_std),
        ('println!("{}", table.n_', "n_rows"),
        ("point.tw", "twice"),
        ("Metric::Cor", "Correlation"),
        ("Pca::f", "fit"),
        ("statistics::kol", "kolmogorov_smirnov"),
        ('.select("Prjn", &[("Prjn.Learn.Lr', "Prjn.Learn.Lrate"),
        ('col("SSE").ab', "abs"),
        ('col("SSE").is_', "is_in"),
        ("let here = 1; he", "here"),
        ("é + tab", "table"),
    ],
)
def test_completion(session, code, expected):
    reply = session.complete(code)
    assert expected in reply["matches"], reply["matches"][:20]
    start, end = reply["cursor_start"], reply["cursor_end"]
    assert expected.startswith(code[start:end]) and end == len(code)
    told = {entry["text"]: entry for entry in reply["metadata"]["_jupyter_types_experimental"]}
    assert told[expected]["start"] == start and told[expected]["type"]


def test_polars_offers_what_compiles(session):
    offered = session.complete('col("SSE").')["matches"]
    assert "abs" in offered and len(offered) > 50
    assert not {"kurtosis", "hist", "ewm_mean"} & set(offered)
    # Named in functions of their own, all that is offered exists; types may be left open.
    code = "\n".join(
        f"fn offered_{index}() {{ let _ = Expr::{name}; }}" for index, name in enumerate(offered)
    )
    reply = session.run(f"use polars::prelude::*;\n{code}")
    missing = "no function or associated item" in reply.traceback if reply.status == "error" else False
    assert not missing, reply.traceback


def test_names_of_files_are_completed(session, tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "epochs.parquet").touch()
    reply = session.complete(f'Table::read("{tmp_path}/')
    assert reply["matches"] == ["epochs.parquet", "logs/"]
    code = f'table.write("{tmp_path}/ep'
    reply = session.complete(code)
    assert reply["matches"] == ["epochs.parquet"]
    assert code[reply["cursor_start"] :] == "ep"


def test_nothing_is_completed_in_comments_or_after_unknown_things(session):
    assert session.complete("// tab")["matches"] == []
    assert session.complete("not_there.")["matches"] == []
    assert session.complete("")["status"] == "ok"


@pytest.mark.parametrize(
    "code, signature, docs",
    [
        ("table", "let table: Table", "columns"),
        ("table.view", "pub fn view(&self) -> View", "all rows"),
        ("line_chart(", "pub fn line_chart(", "one colour each"),
        ("Pca::fit(&table, ", "pub fn fit(", "principal components"),
        ("Metric::Correlation", "Correlation", "Pearson"),
        ("point.twice", "fn twice(&self) -> f64", "Two times"),
        pytest.param("values.push", "pub fn push(&mut self, value: T)", "Appends", marks=needs_std),
        ("Point", "struct Point", "A place."),
    ],
)
def test_inspection(session, code, signature, docs):
    reply = session.inspect(code)
    assert reply["found"], reply
    assert signature in reply["data"]["text/plain"] and docs in reply["data"]["text/plain"]
    assert reply["data"]["text/markdown"].startswith("```rust")


def test_nothing_is_known_of_the_unknown(session):
    assert not session.inspect("not_there")["found"]
    assert not session.inspect("1 + 2")["found"]


def test_help_is_given_while_a_cell_runs(session):
    request = session.submit("std::thread::sleep(std::time::Duration::from_secs(2));")
    start = time.monotonic()
    assert "filter" in session.complete("table.view().fil")["matches"]
    assert time.monotonic() - start < 1.5
    assert session.collect(request).status == "ok"


def test_history(fresh):
    for code in ["let first = 1;", "first", "first"]:
        fresh.ok(code)
    tail = fresh.client.history(hist_access_type="tail", n=2, reply=True, timeout=60)["content"]
    assert [entry[1:] for entry in tail["history"]] == [[2, "first"], [3, "first"]]
    found = fresh.client.history(
        hist_access_type="search", pattern="let*", output=True, reply=True, timeout=60
    )["content"]
    assert found["history"] == [[1, 1, ["let first = 1;", None]]]


def answer(kernel, code, value):
    """Runs a cell that asks for input once, and answers."""
    request = kernel.submit(code, allow_stdin=True)
    question = kernel.client.get_stdin_msg(timeout=60)
    assert question["msg_type"] == "input_request"
    kernel.client.input(value)
    return question["content"], kernel.collect(request)


def test_input(session):
    question, reply = answer(session, 'input::line("Your name: ")?', "Zoë \"Z\"")
    assert question == {"prompt": "Your name: ", "password": False}
    assert reply.text == '"Zoë \\"Z\\""'
    question, reply = answer(session, 'input::password("Key: ")?.len()', "abc")
    assert question["password"] and reply.text == "3"
    reply = session.run('input::line("Name: ")?;', allow_stdin=False)
    assert reply.status == "error" and "nobody can be asked" in reply.error[1]


def test_standard_input_is_refused_with_advice(kernel):
    reply = kernel.run("let mut text = String::new();\nstd::io::stdin().read_line(&mut text)?;")
    assert "input::line" in reply.error[1] and "line 2, column 1" in reply.error[1]


def test_waiting_for_input_can_be_interrupted(session):
    request = session.submit('input::line("Never answered: ")?;', allow_stdin=True)
    session.client.get_stdin_msg(timeout=60)
    session.interrupt()
    reply = session.collect(request)
    assert reply.status == "error" and "interrupted" in reply.error[1]
    # An answer that comes too late is not taken for the next one.
    session.client.input("late")
    _, reply = answer(session, 'input::line("Again: ")?', "now")
    assert reply.text == '"now"'


def test_help_command(kernel):
    data = kernel.ok(":help").result["data"]
    assert "similarity_matrix" in data["text/plain"] and ":dep" in data["text/plain"]
    assert "<td" in data["text/html"]
    order = ["(etable)", "TableBuilder", "(engine)", "LayerType", "(analysis)", "similarity_matrix()"]
    places = [data["text/plain"].find(word) for word in order]
    assert -1 not in places and places == sorted(places)
    assert "pub fn kmeans(" in kernel.ok(":help kmeans").text
    assert "Pearson" in kernel.ok(":help Metric::Correlation").text
    assert kernel.run(":help nothing_like_it").error[0] == "CommandError"


def test_variables_command(fresh):
    assert fresh.ok(":vars").text == "nothing yet"
    fresh.ok("use emergent::prelude::*;\nlet table = Table::new();\nlet n = 3;")
    assert fresh.ok(":vars").text.split("\n") == ["n      i32", "table  Table"]


def test_time_command(kernel):
    reply = kernel.ok(":time\nstd::thread::sleep(std::time::Duration::from_millis(100));\n6 * 7")
    assert reply.text == "42"
    running, everything = reply.stream("stdout").split(", ")
    assert 0.1 <= float(running.split()[0]) <= float(everything.split()[0])


def test_tables_are_saved_and_loaded(fresh, tmp_path):
    fresh.ok('use emergent::prelude::*;\nlet epochs = Table::new().with_column("SSE", [2.5, 0.0])?;\nlet n = 3;')
    folder = tmp_path / "a folder" / "deep"
    saved = fresh.ok(f":save {folder}").stream("stdout")
    assert "saved to" in saved and "epochs" in saved and "no tables: n" in saved
    assert [file.name for file in folder.iterdir()] == ["epochs.parquet"]
    fresh.ok(":clear")
    assert fresh.run("epochs").status == "error"
    fresh.ok(f":load {folder}")
    assert fresh.value('epochs.numbers("SSE")?') == "[2.5, 0.0]"
    fresh.ok("epochs.append(&epochs.clone())?;")
    assert fresh.run(f":load {tmp_path}").error[0] == "CommandError"
    assert fresh.run(":save").error == ("CommandError", "`:save` needs a folder: `:save FOLDER`")


def test_clear_forgets_everything(fresh):
    fresh.ok("let gone = 1;\nfn gone_too() {}")
    fresh.ok(":clear")
    assert fresh.run("gone").status == "error" and fresh.run("gone_too()").status == "error"
    assert fresh.value("let gone = 2; gone + 1") == "3"


def test_a_training_is_plotted_while_it_runs(kernel):
    kernel.ok(LIVE)
    reply = kernel.ok('live.train(&mut Watch::new("Training").with_plot(&["SSE", "CosDiff"])?)?')
    figures = [c for c in reply.of_type("display_data") if "image/svg+xml" in c["data"]]
    updates = [c for c in reply.of_type("update_display_data") if "image/svg+xml" in c["data"]]
    assert len(figures) == 1 and updates
    last = updates[-1]["data"]["application/vnd.plotly.v1+json"]
    assert [len(trace["x"]) for trace in last["data"]] == [300, 300]


def test_a_network_is_drawn_while_it_trains(kernel):
    kernel.ok(LIVE)
    reply = kernel.ok('live.train(&mut Watch::new("Training").with_network("Act")?)?')
    drawings = [m["data"]["image/svg+xml"] for m in reply.of_type("display_data") if "image/svg+xml" in m["data"]]
    assert len(drawings) == 1 and "associator: Act" in drawings[0]
    assert "<svg" in kernel.run("live").of_type("execute_result")[0]["data"]["text/html"]


def test_a_search_shows_how_far_it_is(kernel):
    kernel.ok(LIVE)
    reply = kernel.ok(
        # Long enough for a bar on any machine: short tasks get none.
        "let long = live.with_max_epochs(10_000)?;\n"
        'Search::new().over("#Output", "Layer.Inhib.Layer.Gi", &["1.4", "1.8", "2.2"])?.train(&long)?'
    )
    bars = [m["data"]["text/plain"] for m in reply.of_type("update_display_data")]
    assert "Searching" in bars[-1] and "30000/30000" in bars[-1]
