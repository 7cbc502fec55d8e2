"""The kernel as a front end sees it."""

import os
import shutil
import time
from pathlib import Path

import pytest
from conftest import ASSOCIATOR, Kernel


def test_the_first_cell_is_number_one(fresh):
    reply = fresh.ok("1 + 1")
    assert reply.count == 1
    assert reply.text == "2"
    assert reply.result["execution_count"] == 1
    # A silent request neither counts nor shows.
    silent = fresh.run("2 + 2", silent=True)
    assert silent.status == "ok" and silent.result is None and silent.count == 1
    assert fresh.run("3", store_history=False).count == 1
    assert fresh.ok("4").count == 2


def test_variables_of_many_types_live_on(kernel):
    kernel.ok(
        "let number = 5;\n"
        "let mut list = vec![1.5, 2.5];\n"
        'let map = std::collections::HashMap::from([("a".to_string(), vec![1u8])]);\n'
        'let (left, mut right) = ("text", Some(3_i64));\n'
        "let boxed: Box<dyn Fn(i32) -> i32> = Box::new(|x| x + 1);\n"
        "let pair = (1, String::from(\"é\"));"
    )
    kernel.ok("list.push(number as f64); right = right.map(|n| n + 1);")
    assert kernel.value("list.clone()") == "[1.5, 2.5, 5.0]"
    assert kernel.value("map.clone()") == '{"a": [1]}'
    assert kernel.value("(left, right, boxed(1), pair.clone())") == '("text", Some(4), 2, (1, "é"))'


def test_types_and_functions_live_on(kernel):
    kernel.ok(
        "use std::collections::{BTreeMap, HashSet};\n"
        "#[derive(Debug, Clone)] struct Point { x: f64 }\n"
        "impl Point { fn twice(&self) -> f64 { 2.0 * self.x } }\n"
        "fn make(x: f64) -> Point { Point { x } }"
    )
    kernel.ok("let point = make(1.5);")
    assert kernel.value("point.twice()") == "3.0"
    kernel.ok("let all = BTreeMap::from([(1, point.clone())]);")
    assert kernel.value("all") == "{1: Point { x: 1.5 }}"
    # Defined anew, with another body.
    kernel.ok("fn make(x: f64) -> Point { Point { x: -x } }")
    assert kernel.value("make(1.0).x") == "-1.0"


def test_a_table_lives_on_and_shows_itself(kernel):
    kernel.ok('let table = Table::new().with_column("SSE", [2.5, 0.0])?;')
    reply = kernel.ok("table")
    assert "<table" in reply.result["data"]["text/html"]
    assert "2.5" in reply.text
    kernel.ok('let wrong = table.view().filter(col("SSE").gt(lit(0.0)))?;')
    assert kernel.value("wrong.n_rows()") == "1"


def test_figures_come_as_a_bundle(kernel):
    kernel.ok('let log = Table::new().with_column("Epoch", [0_i64, 1])?.with_column("SSE", [2.0, 1.0])?;')
    reply = kernel.ok('line_chart(&log, "Epoch", &["SSE"])?')
    data = reply.result["data"]
    assert data["image/svg+xml"].startswith("<svg")
    assert data["application/vnd.plotly.v1+json"]["data"]
    assert data["text/plain"] and "text/html" not in data


def test_display_in_the_middle_update_and_clear(kernel):
    reply = kernel.ok(
        'let first = Table::new().with_column("a", [1.0])?;\n'
        'println!("before");\n'
        "let place = first.show();\n"
        'println!("after");\n'
        'place.update(&Table::new().with_column("b", [2.0])?);\n'
        "clear_output(true);"
    )
    kinds = [m["msg_type"] for m in reply.messages if m["msg_type"] not in ("status", "execute_input")]
    assert kinds == ["stream", "display_data", "stream", "update_display_data", "clear_output"]
    shown = reply.of_type("display_data")[0]["transient"]["display_id"]
    update = reply.of_type("update_display_data")[0]
    assert update["transient"]["display_id"] == shown
    assert "b" in update["data"]["text/html"]
    # In a later cell the same place can still be changed.
    later = kernel.ok("place.update(&first);")
    assert later.of_type("update_display_data")[0]["transient"]["display_id"] == shown


def test_progress_is_one_output(kernel):
    reply = kernel.ok(
        'let mut progress = Progress::new(1000, "Training");\n'
        "for i in 0..1000 { progress.set(i + 1); }\ndrop(progress);"
    )
    assert len(reply.of_type("display_data")) == 1
    assert reply.of_type("display_data")[0]["metadata"]["emergent"]["progress"] is True
    last = reply.of_type("update_display_data")[-1]
    assert last["data"]["text/plain"].startswith("Training 100%")


def test_compile_errors_have_line_and_caret(kernel):
    reply = kernel.run('let fine = 1;\nlet text: i32 = "a";')
    assert reply.status == "error"
    name, message = reply.error
    assert name == "CompilationError"
    assert message == "[E0308] mismatched types (line 2, column 17)"
    assert "^^^ expected `i32`, found `&str`" in reply.traceback
    assert reply.of_type("error")[0]["ename"] == name
    # Nothing of the cell was kept.
    assert kernel.run("fine").status == "error"


def test_a_result_that_is_ignored_is_an_error(kernel, tmp_path):
    kernel.ok('let forgotten = Table::new().with_column("a", [1.0])?;')
    reply = kernel.run(f'let here = 1;\nforgotten.write("{tmp_path}/no such folder/x.parquet");')
    assert reply.status == "error"
    assert reply.error[1] == "a `Result` is ignored: if this fails, nobody will know (line 2, column 1)"
    assert "put `?` after it" in reply.traceback and "let _ = " in reply.traceback
    assert kernel.run("here").status == "error"  # nothing of the cell ran
    # Within functions, closures and loops as well.
    for code in [
        'fn f(table: &Table) { table.write("x.parquet"); }',
        'for _ in 0..1 { forgotten.write("x.parquet"); }',
        'let run: Box<dyn Fn()> = Box::new(|| { std::fs::remove_file("no such file"); });',
    ]:
        assert "`Result` is ignored" in kernel.run(code).error[1], code
    # Other values that do nothing unless they are used.
    reply = kernel.run("vec![1, 2].iter().map(|n| println!(\"{n}\"));")
    assert "Map` that must be used" in reply.error[1] and "lazy" in reply.traceback
    # What is ignored on purpose, or could not fail, is nobody's business.
    kernel.ok(f'let _ = forgotten.write("{tmp_path}/no such folder/x.parquet");')
    kernel.ok(f'forgotten.write("{tmp_path}/x.csv")?;\nstd::fs::remove_file("{tmp_path}/x.csv").ok();')
    kernel.ok("let mut list = vec![1];\nlist.pop(); list.len(); 1 + 1; list.is_empty() == true;")
    kernel.ok("fn ignores() { std::fs::remove_file(\"no such file\").unwrap_or_default(); }")


def test_a_large_value_is_shown_in_part(kernel):
    reply = kernel.ok("vec![0.5_f64; 1_000_000]")
    assert len(reply.text) < 11_000 and reply.text.endswith("… (1,000,000 values)")


def test_lists_of_what_shows_itself_are_shown(kernel):
    kernel.ok('let one = Table::new().with_column("SSE", [2.5, 0.0])?;')
    reply = kernel.ok("vec![one.clone(), one]")
    assert reply.result["data"]["text/html"].count("<table") == 2
    reply = kernel.ok('TableBuilder::new([ColumnSpec::scalar("SSE", ElementType::Float64)])?')
    assert reply.text.startswith("a table of 0 rows so far")


def test_more_rows_are_shown_when_asked(kernel):
    kernel.ok('let many = Table::new().with_column("N", (0..100).collect::<Vec<i64>>())?;')
    assert kernel.value("many.clone()").count("\n") == 14
    assert kernel.value("many.show_rows(100)").count("\n") == 103


def test_a_comm_is_closed(kernel):
    message = kernel.client.session.msg(
        "comm_open", {"comm_id": "1234", "target_name": "jupyter.widget", "data": {}}
    )
    kernel.client.shell_channel.send(message)
    assert kernel.wait_for("comm_close")["comm_id"] == "1234"


def test_a_crate_that_cannot_be_had_is_explained(kernel):
    reply = kernel.run(':dep emergent-has-no-such-crate = "1"\nlet unknown = 1;')
    assert reply.status == "error" and "could not be fetched" in reply.error[1]
    assert kernel.value("1 + 1") == "2"


def test_syntax_errors_have_a_place(kernel):
    reply = kernel.run("let x = 1;\nlet y = ;")
    assert reply.error[0] == "CompilationError"
    assert "(line 2, column 9)" in reply.error[1]


def test_a_moved_variable_is_explained(kernel):
    kernel.ok("let given = vec![1];\nlet kept = vec![2];")
    kernel.ok("drop(given);")
    reply = kernel.run("given")
    assert "cannot find value `given`" in reply.error[1]
    assert "gave `given` away" in reply.traceback
    assert kernel.value("kept.len()") == "1"


def test_what_cannot_be_kept_is_explained(kernel):
    reply = kernel.run("let closure = |x: i32| x + 1;")
    assert "`closure` cannot be kept" in reply.error[1] and "box it" in reply.traceback
    kernel.ok("let owner = vec![1];")
    reply = kernel.run("let borrowed = &owner;")
    assert "`borrowed` holds a reference" in reply.error[1]
    assert kernel.value("{ let borrowed = &owner; borrowed.len() }") == "1"


def test_a_panic_is_an_error_and_variables_live_on(kernel):
    kernel.ok("let alive = vec![7];")
    reply = kernel.run('let lost = 1;\nlet nothing: Option<i32> = None;\nnothing.expect("boom é");')
    assert reply.status == "error"
    assert reply.error == ("Panic", "boom é")
    assert "line 3" in reply.traceback and "^^^" in reply.traceback
    assert kernel.value("alive[0]") == "7"
    assert kernel.run("lost").status == "error"
    # A panic that the cell catches itself is none of our business.
    assert kernel.ok('std::panic::catch_unwind(|| panic!("caught")).is_err()').text == "true"


def test_a_panic_in_another_thread_that_reaches_the_cell(kernel):
    reply = kernel.run('std::thread::spawn(|| panic!("far away")).join().unwrap();')
    assert reply.error[0] == "Panic"


def test_errors_fail_the_cell(kernel):
    kernel.ok("let alive = vec![7];")
    reply = kernel.run('let table = Table::read("no such file.parquet")?;\nprintln!("not reached");')
    assert reply.status == "error"
    assert "line 1, column 13" in reply.traceback and "^^^" in reply.traceback
    assert reply.error[0] == "TableError" and "no such file.parquet" in reply.error[1]
    assert reply.stream("stdout") == "" and reply.stream("stderr") == ""
    assert "caused by" in reply.traceback
    reply = kernel.run('Table::read("no such file.parquet")')
    assert reply.status == "error" and reply.error[0] == "TableError"
    reply = kernel.run('"x".parse::<i32>()')
    assert reply.error == ("ParseIntError", "invalid digit found in string")
    assert kernel.value('"7".parse::<i32>()') == "7"
    assert kernel.value("alive[0]") == "7"


def test_an_interrupt_keeps_variables(kernel):
    kernel.ok("let mut steps = 0_u64;")
    request = kernel.submit(
        'println!("begun");\nwhile !interrupt::requested() { steps += 1; '
        "std::thread::sleep(std::time::Duration::from_millis(1)); }"
    )
    while True:
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "stream" and "begun" in message["content"]["text"]:
            break
    reply = kernel.stop(request)
    assert reply.error[0] == "Interrupted"  # so that the cells after it do not run
    assert int(kernel.value("steps")) > 0
    # The request is forgotten.
    assert kernel.value("interrupt::requested()") == "false"


def test_a_second_interrupt_ends_a_deaf_cell(fresh):
    fresh.ok("let lost = 1;\nfn kept() -> i32 { 5 }")
    # Nothing in here looks for a request to stop.
    request = fresh.submit(
        'println!("begun");\nstd::iter::repeat(1).for_each(|_| std::hint::spin_loop());'
    )
    while True:
        message = fresh.client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "stream":
            break
    fresh.interrupt()
    fresh.interrupt()
    reply = fresh.collect(request)
    assert reply.error[0] == "Interrupted" and "lost" in reply.error[1]
    assert fresh.value("kept()") == "5"


def test_a_process_that_ends_says_what_was_lost(fresh):
    fresh.ok("let gone = vec![1];\nfn kept() -> i32 { 5 }")
    reply = fresh.run("std::process::exit(3)")
    assert reply.error[0] == "ProcessEnded"
    assert "exit status: 3" in reply.error[1] and "gone" in reply.error[1]
    assert fresh.value("kept()") == "5"
    assert fresh.run("gone").status == "error"
    assert fresh.value("let gone = 2; gone") == "2"


def test_streams(kernel):
    reply = kernel.ok('println!("é ∑ 漢字"); eprintln!("oops"); print!("no line end")')
    assert reply.stream("stdout") == "é ∑ 漢字\nno line end"
    assert reply.stream("stderr") == "oops\n"
    reply = kernel.ok('for i in 0..20000 { println!("{i}"); }')
    assert reply.stream("stdout").count("\n") == 20000


def test_output_that_looks_like_a_message_is_text(kernel):
    reply = kernel.ok(r'println!("\u{1e}emergent 123 {{\"kind\":\"error\",\"ename\":\"E\",\"evalue\":\"no\"}}");')
    assert "emergent 123" in reply.stream("stdout")
    assert kernel.ok('println!("EVCXR_BEGIN nothing")').stream("stdout") == "EVCXR_BEGIN nothing\n"


def test_queued_cells_are_aborted_after_an_error(kernel):
    first = kernel.submit('std::thread::sleep(std::time::Duration::from_millis(500)); panic!("stop")')
    second = kernel.submit('println!("not run")')
    assert kernel.collect(first).status == "error"
    aborted = kernel.collect(second)
    assert aborted.status == "aborted" and aborted.of_type("stream") == []
    assert kernel.value("1") == "1"


def test_a_cell_sent_on_the_reply_to_a_failed_one_runs(kernel):
    for _ in range(20):
        assert kernel.run("not_there").status == "error"
        assert kernel.value("1 + 1") == "2"


def test_restart(fresh):
    fresh.ok("let gone = 1;")
    fresh.client.stop_channels()
    fresh.manager.restart_kernel(now=False)
    fresh.connect()
    assert fresh.run("gone").status == "error"
    assert fresh.ok("1 + 1").text == "2"


def test_other_requests_are_answered_while_a_cell_runs(kernel):
    request = kernel.submit("std::thread::sleep(std::time::Duration::from_secs(2));")
    kernel.client.kernel_info()
    kernel.client.complete("Tab", 3)
    replies = [kernel.client.get_shell_msg(timeout=30)["msg_type"] for _ in range(2)]
    assert replies == ["kernel_info_reply", "complete_reply"]
    assert kernel.collect(request).status == "ok"


def test_a_variable_that_a_failing_cell_replaces_is_named(kernel):
    kernel.ok('let kept = 1;\nlet replaced = 2;')
    reply = kernel.run('let replaced = "x".parse::<i32>()?;')
    assert "Lost, because the cell used them up: replaced" in reply.traceback
    assert kernel.value("kept") == "1"


def test_a_crate_can_be_added(fresh, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "Cargo.toml").write_text(
        '[package]\nname = "side-crate"\nversion = "0.1.0"\nedition = "2024"\n'
    )
    (tmp_path / "src" / "lib.rs").write_text("#[derive(Debug)] pub struct Side(pub i32);\n")
    fresh.ok(f':dep side-crate = {{ path = "{tmp_path}" }}')
    fresh.ok("use side_crate::Side;")
    fresh.ok("let sides = vec![Side(1), Side(2)];")
    assert fresh.value("sides") == "[Side(1), Side(2)]"
    assert fresh.run('let x: i32 = "a";').error[1] == "[E0308] mismatched types (line 1, column 14)"


def test_two_kernels_do_not_disturb_each_other(kernel, fresh):
    kernel.ok("let here = 1;")
    fresh.ok('let here = "there";')
    assert kernel.value("here") == "1"
    assert fresh.value("here") == '"there"'


@pytest.mark.parametrize("name", ["user", "of a user"])
def test_temporary_files_may_lie_beside_the_library(fresh, tmp_path, name):
    installed = Path(fresh.manager.kernel_spec.argv[0])
    program = Path(shutil.copy(installed, tmp_path))
    (tmp_path / "deps").mkdir()
    for file in (installed.parent / "deps").iterdir():
        if file.name == "libemergent.so":
            shutil.copy(file, tmp_path / "deps")
        else:
            (tmp_path / "deps" / file.name).symlink_to(file)
    folder = tmp_path / name
    folder.mkdir()
    kernel = Kernel(program, env={**os.environ, "TMPDIR": str(folder)})
    try:
        kernel.ok("use emergent::prelude::*;\nlet table = Table::new();")
        assert kernel.value("table.n_rows()") == "0"
    finally:
        kernel.close()


def test_training_stops_when_asked_and_goes_on(kernel):
    kernel.ok(
        ASSOCIATOR +
        "let mut sim = Sim::new(net, &patterns)?.with_max_epochs(50_000_000)?.with_n_zero_stop(0);"
    )
    request = kernel.submit('sim.train(&mut Watch::new("Training"))?')
    while kernel.client.get_iopub_msg(timeout=60)["msg_type"] != "update_display_data":
        pass
    reply = kernel.stop(request)
    assert reply.error[0] == "Interrupted" and reply.text == "Interrupted"
    before = int(kernel.value("sim.epoch_log()?.n_rows()"))
    assert before > 0
