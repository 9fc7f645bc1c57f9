"""300 random schedules of an office and three groups on real workspaces, the same rules in two ways (sync.md §4).

Most are plain dice, cheap and repeatable by number; some are drawn by Hypothesis, which makes a failing one small.
The long run is `./dubu prove schedules`.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests import proofbook
from tests.property import prove_schedules
from tests.property.fleet import WHO
from tests.property.model import OFFICE
from tests.property.prove_schedules import FORKED
from tests.property.schedule import CALM, ROUGH, WEIGHTS, Schedule

#: 270 by dice in nine tests, 30 by Hypothesis; DUBU_SCHEDULES multiplies
TIMES = int(os.environ.get("DUBU_SCHEDULES", "1"))
PARTS, PART, DRAWN = 9, 30, 30
#: the long run has 24
STEPS = 11


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_random_schedules(prepared: Path, part: int) -> None:
    done: Counter[str] = Counter()
    for number in range(part * PART * TIMES, (part + 1) * PART * TIMES):
        done += prove_schedules.trial(prepared, proofbook.SEED, number, steps=STEPS)
    assert sum(done[f"schedules {manner}"] for manner in (CALM, ROUGH, FORKED)) == PART * TIMES
    # a suite that stops looking must not stay green: what was compared and done is counted
    for name in (
        "P3 groups that agree",
        "P5 deeds accounted for",
        "P7 bundles that told all",
        "P18 registers compared",
    ):
        assert done[name] >= PART * TIMES, (name, done)
    for name in (
        "P4 conflicts",
        "P8 canaries kept out of bundles",
        "crashes",
        "clocks put wrong",
        "restored",
        "forks noticed",
        "P17 segments moved to archives",
    ):
        assert done[name] > 0, (name, done)


@pytest.mark.slow
def test_a_copy_of_a_copy(prepared: Path) -> None:
    """Three machines with one workspace: the second of these schedules was refused (D-252) before lines left lines."""
    done: Counter[str] = Counter()
    for number in range(147, 152):
        done += prove_schedules.trial(prepared, proofbook.SEED, number, manner=FORKED)
    assert done["copies of a copy"] >= 3
    assert done["values of forks found"] >= 10


def machine(start: Path) -> type[RuleBasedStateMachine]:
    """The same rules as a Hypothesis state machine."""
    dice = st.randoms(use_true_random=False)
    namespace: dict[str, Any] = {}

    def __init__(self: Any) -> None:
        RuleBasedStateMachine.__init__(self)
        self.root = Path(tempfile.mkdtemp(dir=start))
        self.schedule = None

    def begin(self: Any, manner: str, hot: int) -> None:
        self.schedule = Schedule(start / "start", self.root / "fleet", manner)
        self.schedule.hot = hot
        self.well = True

    def teardown(self: Any) -> None:
        try:
            if self.schedule is not None and self.well:
                self.schedule.end(random.Random(0))
        finally:
            if self.schedule is not None:
                self.schedule.close()
            shutil.rmtree(self.root, ignore_errors=True)

    namespace |= {"__init__": __init__, "teardown": teardown}
    namespace["begin"] = initialize(manner=st.sampled_from((CALM, ROUGH)), hot=st.integers(0, 2))(begin)
    for name in WEIGHTS:
        namespace[f"do_{name}"] = rule(dice=dice, who=st.sampled_from(WHO))(_rule(name))
    for name in ("edit", "step", "deliver"):  # twice as often
        namespace[f"again_{name}"] = rule(dice=dice, who=st.sampled_from((OFFICE, *WHO)))(_rule(name))
    return type("Schedules", (RuleBasedStateMachine,), namespace)


def _rule(name: str) -> Callable[..., None]:
    def done(self: Any, dice: random.Random, who: str) -> None:
        try:
            getattr(self.schedule, name)(dice, who)
        except BaseException:
            self.well = False
            raise

    done.__name__ = name
    return done


@pytest.mark.timeout(600)
def test_schedules_drawn_by_hypothesis(prepared: Path) -> None:
    told = settings(
        max_examples=DRAWN * TIMES, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
    )
    with prove_schedules.cheap(prepared):
        run_state_machine_as_test(machine(prepared), settings=told)
