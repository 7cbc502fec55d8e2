"""What must not bring the kernel down, and what nobody else may see."""

import json
import os
import socket
import stat
import threading
import time
from pathlib import Path

import pytest
from conftest import ASSOCIATOR, Kernel
from jupyter_client.session import Session


def test_a_hundred_megabytes_of_output(fresh):
    request = fresh.submit('for i in 0..1_000_000 { println!("{i:099}"); }')
    size, idle = 0, False
    while not idle:
        message = fresh.client.get_iopub_msg(timeout=120)
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "stream":
            size += len(message["content"]["text"])
        idle = message["content"].get("execution_state") == "idle"
    assert size == 100_000_000
    assert fresh.value("1 + 1") == "2"


@pytest.mark.parametrize(
    "code, told",
    [
        ("unsafe { std::ptr::without_provenance_mut::<i32>(64).write_volatile(1) }", "signal: "),
        (
            'std::process::Command::new("kill").args(["-9", &std::process::id().to_string()]).status()?;\n'
            "std::thread::sleep(std::time::Duration::from_secs(10));",
            "perhaps the machine had no memory left",
        ),
        ("fn deeper(n: u64) -> u64 { 1 + deeper(n + 1) }\ndeeper(1)", "perhaps the stack ran over"),
        ("std::process::abort()", "SIGABRT"),
    ],
)
def test_the_process_of_the_cells_may_die(fresh, code, told):
    fresh.ok("let lost = 1;\nfn kept() -> i32 { 5 }")
    reply = fresh.run(code)
    assert reply.error[0] == "ProcessEnded"
    assert told in reply.error[1] and "lost" in reply.error[1]
    assert fresh.value("kept()") == "5"


def test_an_interrupt_of_an_idle_kernel_changes_nothing(kernel):
    kernel.ok("let idle = 1;")
    kernel.interrupt()
    time.sleep(0.2)
    assert kernel.value("idle + 1") == "2"
    assert kernel.value("interrupt::requested()") == "false"


def test_an_interrupt_before_the_cell_runs(kernel):
    kernel.ok("let kept = 1;")
    # Long enough to compile that the interrupt comes first.
    code = "\n".join(f"let v{i}: Vec<f64> = (0..{i}).map(|x| x as f64).collect();" for i in range(60))
    request = kernel.submit(code + '\nprintln!("ran"); std::thread::sleep(std::time::Duration::from_secs(3));')
    kernel.wait_for("execute_input")
    kernel.interrupt()
    reply = kernel.collect(request)
    assert reply.status == "error" and reply.error[0] == "Interrupted"
    assert reply.stream("stdout") == ""
    assert kernel.value("kept") == "1"


@pytest.mark.parametrize(
    "code",
    [
        # Nothing of this looks for a request by itself.
        "std::thread::sleep(std::time::Duration::from_secs(60));",
        "interrupt::sleep(std::time::Duration::from_secs(60));",
        "let mut rounds = 0_u64;\nloop { rounds += 1; }",
        "let mut sum = 0_u64;\nfor i in 0..u64::MAX { for j in 0..3 { sum ^= i * j; } }",
        "loop { for _ in 0..9 { std::thread::sleep(std::time::Duration::from_secs(9)); } }",
    ],
)
def test_a_cell_stops_at_once_and_keeps_its_variables(kernel, code):
    request = kernel.submit(f'let mut made_here = 1;\nprintln!("begun");\n{code}\nmade_here = 2;')
    kernel.wait_for("stream")
    reply = kernel.stop(request)
    assert reply.error == ("Interrupted", "the cell was stopped; its variables are kept")
    # What binds nothing did not run any more, unless the cell looks for requests itself.
    assert kernel.value("made_here") == ("2" if "interrupt::" in code else "1")


@pytest.mark.parametrize(
    "code",
    [
        "long.clone().train(&mut ())?",
        'Search::new().over("#Output", "Layer.Inhib.Layer.Gi", &["1.4", "1.8"])?.train(&long)?',
        "runs::train(&long, 0..4)?.summary",
        "matrix.agreement_test(&matrix, Agreement::Spearman, 100_000_000, 1)?",
        "statistics::bootstrap_interval(&[1.0, 2.0, 5.0], 0.95, 400_000_000, 1, |v| v[0])?",
    ],
)
def test_long_work_of_the_toolkit_stops_at_once(kernel, code):
    kernel.ok(
        ASSOCIATOR +
        'let matrix = similarity_matrix(&patterns, "Input", Some("Name"), Metric::Correlation)?;\n'
        "let long = Sim::new(net, &patterns)?.with_max_epochs(50_000_000)?.with_n_zero_stop(0);"
    )
    request = kernel.submit(f'println!("begun");\n{code}')
    kernel.wait_for("stream")
    time.sleep(0.3)
    reply = kernel.stop(request)
    assert reply.error[0] == "Interrupted", reply.error
    assert kernel.value("patterns.n_rows()") == "4"


@pytest.mark.parametrize(
    "code",
    [
        "spin(1)",
        "let found = loop { if made_before < 0 { break 5; } };",
        "std::thread::scope(|scope| { scope.spawn(|| spin(1)); });",
        "std::thread::spawn(|| spin(1)).join().unwrap_or_else(|stop| std::panic::resume_unwind(stop));",
    ],
)
def test_a_function_that_is_stopped_unwinds(kernel, code):
    kernel.ok("let made_before = 7;\nfn spin(mut n: u64) -> u64 { while n > 0 { n += 2; } n }")
    request = kernel.submit(f'println!("begun");\n{code}')
    kernel.wait_for("stream")
    reply = kernel.stop(request)
    assert reply.error == ("Interrupted", "the cell was stopped; variables of earlier cells are kept")
    assert kernel.value("made_before") == "7"


def test_queued_cells_do_not_run_after_a_stop(kernel):
    first = kernel.submit('println!("begun");\nstd::thread::sleep(std::time::Duration::from_secs(60));')
    second = kernel.submit("let not_made = 1;")
    kernel.wait_for("stream")
    kernel.interrupt()
    assert kernel.collect(first).error[0] == "Interrupted"
    assert kernel.collect(second).status == "aborted"
    assert kernel.run("not_made").status == "error"


def test_a_foreign_signature_is_not_answered(fresh):
    session = fresh.client.session
    genuine = session.key
    stranger = Session(key=b"another key", signature_scheme=session.signature_scheme)
    fresh.client.session = stranger
    fresh.client.shell_channel.session = stranger
    request = stranger.msg("execute_request", {"code": 'println!("stranger")', "silent": False})
    fresh.client.shell_channel.send(request)
    session.key = genuine
    fresh.client.session = session
    fresh.client.shell_channel.session = session
    reply = fresh.ok("1 + 1")
    assert reply.text == "2" and reply.count == 1


def test_a_port_in_use_is_waited_for():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        letting_go = threading.Timer(1.0, taken.close)
        letting_go.start()
        kernel = Kernel(shell_port=taken.getsockname()[1])
    assert kernel.ok("1 + 1").text == "2"
    kernel.close()


def test_nothing_is_open_to_others(fresh):
    file = Path(fresh.manager.connection_file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    ports = {value for key, value in json.loads(file.read_text()).items() if key.endswith("_port")}
    listening = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, *_ = line.split()
        address, port = local.split(":")
        if state == "0A":
            listening[int(port, 16)] = address
    # 127.0.0.1, in the order of the machine's bytes.
    assert {listening.get(port) for port in ports} == {"0100007F"}
    folders = list(Path(os.environ.get("TMPDIR", "/tmp")).glob(f"emergent-kernel-{fresh.manager.provisioner.pid}-*"))
    assert folders and all(stat.S_IMODE(folder.stat().st_mode) == 0o700 for folder in folders)


def test_unicode_everywhere(kernel):
    kernel.ok('let größe = "漢字 ∑ 🧠";')
    assert kernel.value("größe.chars().count()") == "6"
    assert "größe" in kernel.complete("grö")["matches"]
    reply = kernel.run('let x = "🧠é"; let y: i32 = größe;')
    assert "(line 1, column 28)" in reply.error[1]
