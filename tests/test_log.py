"""One line per verb: where it goes, and how it is silenced."""

from __future__ import annotations

import builtins
import logging
import logging.config
import subprocess
import sys

import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas._log import HINT, ConsoleHandler, logger, note, one_line, say


@pytest.fixture(autouse=True)
def as_it_was():
    level, handlers, propagate = logger.level, list(logger.handlers), logger.propagate
    root = list(logging.getLogger().handlers)
    yield
    logger.setLevel(level)
    logger.disabled, logger.propagate = False, propagate
    logger.handlers[:] = handlers
    logging.getLogger().handlers[:] = root


def test_a_line_is_on_stderr_by_default(capsys):
    say("2 groups in 3 samples", written="uns['x']", read="layers['a']")
    said = capsys.readouterr()
    assert said.err == "2 groups in 3 samples: uns['x'] (read layers['a'])\n"
    assert said.out == ""


def test_in_a_notebook_it_is_on_stdout_as_that_of_scanpy(capsys, monkeypatch):
    monkeypatch.setattr(builtins, "__IPYTHON__", True, raising=False)
    say("done")
    assert capsys.readouterr() == ("done\n", "")


def test_a_program_without_a_console_is_no_error(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    say("done")


@pytest.mark.parametrize(
    ("verbosity", "shown"),
    [
        (0, []),
        ("error", []),
        (1, ["WARNING: w"]),
        (2, ["WARNING: w", "i"]),
        ("Info", ["WARNING: w", "i"]),
        (3, ["WARNING: w", "i", "--> h"]),
        (4, ["WARNING: w", "i", "--> h", "    d"]),
    ],
)
def test_verbosity_is_that_of_scanpy(verbosity, shown, capsys):
    tme.settings.verbosity = verbosity
    logger.warning("w")
    logger.info("i")
    logger.log(HINT, "h")
    logger.debug("d")
    assert capsys.readouterr().err.splitlines() == shown


def test_verbosity_is_the_level_of_the_logger():
    assert tme.settings.verbosity == 2
    logger.setLevel(logging.WARNING)
    assert tme.settings.verbosity == 1
    logger.setLevel(logging.CRITICAL)
    assert tme.settings.verbosity == 0
    assert repr(tme.settings) == "Settings(verbosity=0, block_bytes=268435456)"


@pytest.mark.parametrize("wrong", [5, -1, 1.5, "loud", None, True, [2]])
def test_no_such_verbosity(wrong):
    with pytest.raises(InputError, match="from 0 to 4 or one of error, warning, info, hint, debug"):
        tme.settings.verbosity = wrong
    assert tme.settings.verbosity == 2


def test_caplog_has_the_line_once_and_the_console_too(caplog, capsys):
    say("once")
    assert [record.getMessage() for record in caplog.records] == ["once"]
    assert capsys.readouterr().err == "once\n"


def test_who_shows_lines_on_the_console_gets_no_second_one(capsys):
    logging.getLogger().addHandler(logging.StreamHandler(sys.stderr))
    say("once")
    assert capsys.readouterr().err == "once\n"


def test_a_handler_that_takes_warnings_alone_leaves_the_line_to_ours(capsys):
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    say("once")
    assert capsys.readouterr().err == "once\n"


def test_a_file_of_the_log_takes_the_line_from_nobody(capsys, tmp_path):
    handler = logging.FileHandler(tmp_path / "log.txt")
    logger.addHandler(handler)
    say("twice")
    handler.close()
    assert capsys.readouterr().err == "twice\n"
    assert (tmp_path / "log.txt").read_text() == "twice\n"


def test_a_handler_of_the_user_on_our_logger_takes_the_place_of_ours(capsys):
    logger.addHandler(logging.NullHandler())
    say("silent")
    assert capsys.readouterr().err == ""


def configured(**more) -> dict[str, object]:
    handlers = {"console": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}}
    return {"version": 1, "disable_existing_loggers": False, "handlers": handlers, **more}


def test_dictconfig_of_the_root(capsys):
    logging.config.dictConfig(configured(root={"level": "INFO", "handlers": ["console"]}))
    say("once")
    assert capsys.readouterr() == ("once\n", "")


def test_dictconfig_of_our_logger(capsys):
    ours = {"level": "WARNING", "handlers": ["console"], "propagate": False}
    logging.config.dictConfig(configured(loggers={"tmeatlas": ours}))
    assert tme.settings.verbosity == 1
    say("not shown")
    logger.warning("shown")
    assert capsys.readouterr() == ("shown\n", "")


def test_a_logger_that_was_disabled_speaks_when_asked_to(capsys):
    config = configured(root={"handlers": ["console"]}) | {"disable_existing_loggers": True}
    logging.config.dictConfig(config)
    say("not shown")
    tme.settings.verbosity = 2
    say("shown")
    assert capsys.readouterr() == ("shown\n", "")


def test_notes_are_in_the_line_of_the_call_and_nowhere_else(caplog):
    caplog.set_level(HINT, logger="tmeatlas")
    with one_line():
        note("names by var['symbol']")
        note("names by var['symbol']")
        note("12 genes renamed.")
        say("done", written="uns['x']", read="X")
        say("again")
    note("nobody's")
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.INFO, "done: uns['x'] (read X; names by var['symbol']; 12 genes renamed)"),
        (logging.INFO, "again"),
        (HINT, "nobody's"),
    ]


def test_notes_of_a_call_that_writes_nothing_are_hints_and_of_one_that_failed_are_gone(caplog):
    caplog.set_level(HINT, logger="tmeatlas")
    with one_line():
        note("a figure")

    def fail():
        with one_line():
            note("a failure")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (HINT, "a figure")
    ]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", "['ConsoleHandler'] 20"),
        ("log.addHandler(logging.NullHandler());", "['NullHandler'] 20"),
        ("log.setLevel(logging.ERROR);", "['ConsoleHandler'] 40"),
    ],
)
def test_what_was_configured_before_the_import_stays(before, expected):
    program = (
        f"import logging; log = logging.getLogger('tmeatlas'); {before}"
        "import tmeatlas; print([type(h).__name__ for h in log.handlers], log.level)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == expected


def test_there_is_one_handler():
    assert [type(handler) for handler in logger.handlers] == [ConsoleHandler]


def test_verbs_are_silent_when_told_so(capfd):
    adata = tme.datasets.simulated(300)
    tme.pp.prepare(adata, embed=False)
    assert capfd.readouterr().err.count("\n") == 1
    tme.settings.verbosity = 1
    tme.tl.score(adata, "caf_pan")
    assert capfd.readouterr() == ("", "")
