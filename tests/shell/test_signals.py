from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from tmeatlas.shell._console import run
from tmeatlas.shell._signals import StoppedError, ending_in_order

WRITES_SLOWLY = """
import sys, time
from tmeatlas._whole_file import whole_file
from tmeatlas.shell._console import run

def command():
    with whole_file(sys.argv[1]) as temporary:
        temporary.write_text("half")
        print("begun", flush=True)
        time.sleep(600)

sys.exit(run(command, debug=False))
"""


def as_in_a_terminal():
    """Signals end a process, also where whoever runs the tests ignores them, as nohup does."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def usual_handlers():
    before = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    as_in_a_terminal()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_command_that_is_stopped_leaves_nothing(tmp_path, name):
    target = tmp_path / "x.csv"
    target.write_text("old")
    number = getattr(signal, name)
    with subprocess.Popen(
        [sys.executable, "-c", WRITES_SLOWLY, target],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "begun\n"
        assert len(list(tmp_path.iterdir())) == 2
        process.send_signal(number)
        _, said = process.communicate(timeout=300)
    assert list(tmp_path.iterdir()) == [target]
    assert target.read_text() == "old"
    assert process.returncode == 128 + number
    assert said == f"Error: Stopped by {name}: nothing is left half written.\n"


def test_handlers_are_there_only_while_a_command_runs():
    found = []

    def command():
        found.append(signal.getsignal(signal.SIGTERM))

    assert run(command, debug=False) == 0
    assert callable(found[0])
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL


def test_the_library_sets_no_handlers():
    code = (
        "import signal; before = [signal.getsignal(s) for s in signal.valid_signals()]\n"
        "import tmeatlas, tmeatlas.shell\n"
        "print(before == [signal.getsignal(s) for s in signal.valid_signals()])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr


def test_a_signal_that_is_ignored_stays_so():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ending_in_order():
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def stop_twice(tidied):
    with ending_in_order():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            tidied.append(True)


def test_a_second_signal_does_not_break_into_the_tidying():
    tidied = []
    with pytest.raises(StoppedError):
        stop_twice(tidied)
    assert tidied == [True]


def test_other_threads_run_commands_too():
    statuses = []
    thread = threading.Thread(
        target=lambda: statuses.append(run(lambda: None, debug=False)), name="command"
    )
    thread.start()
    thread.join()
    assert statuses == [0]
