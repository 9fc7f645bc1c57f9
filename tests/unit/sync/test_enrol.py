"""Enrolment: the starter file, the paper code, the registration, and everything that may be tried with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.sync import enrol
from dubu_desktop.sync.enrol import (
    CheckedReg,
    Enrolment,
    OpenedStarter,
    Starter,
    check_reg,
    make_reg,
    make_starter,
    open_starter,
)
from dubu_desktop.sync.frames import PREAMBLE
from dubu_desktop.sync.papercode import code_letters, new_code, printed
from dubu_desktop.sync.signing import digest, sign
from dubu_desktop.system.codes import ALPHABET, check_letter
from dubu_desktop.system.randomness import Randomness
from dubu_desktop.wire.messages import Reg, StarterBody
from dubu_desktop.wire.packing import pack
from tests.unit.sync.parties import WORKSPACE, Party, World

CODE = st.text(ALPHABET, min_size=12, max_size=12).map(lambda letters: letters + check_letter(letters))


def body_of(world: World, **changes: Any) -> StarterBody:
    public = world.office.identity.public
    values: dict[str, Any] = {
        "workspace": WORKSPACE,
        "office": world.office.actor.to_bytes(),
        "office_sign_public": public.sign_public,
        "office_age_recipient": public.age_recipient,
        "group": b"G" * 16,
        "group_code": "03",
        "group_name": "第三督巡组",
        "role": "group",
        "roster": [b"entry"],
    }
    return StarterBody(**(values | changes))


@pytest.fixture(scope="module")
def starter(world: World) -> Starter:
    return make_starter(body_of(world), sign_private=world.office.identity.sign_private, randomness=Randomness())


@pytest.fixture(scope="module")
def opened(starter: Starter) -> OpenedStarter:
    return open_starter(starter.file, starter.code)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same derivation without the work, where a test opens many starters."""
    monkeypatch.setattr(enrol, "_KDF_MEMORY_KIB", 64)
    monkeypatch.setattr(enrol, "_KDF_PASSES", 1)


def code_of(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(DubuError) as caught:
        call(*args, **kwargs)
    assert caught.value.sentence
    return caught.value.code


class Office:
    """What the office holds: one enrolment, and the replicas of its roster."""

    def __init__(self, world: World, starter: Starter) -> None:
        self.public = world.office.identity.public
        self.enrolments = {starter.eid: Enrolment(starter.register_key)}
        self.keys: dict[int, bytes] = {}

    def check(self, raw: bytes) -> CheckedReg:
        return check_reg(
            raw,
            workspace=WORKSPACE,
            office_sign_public=self.public.sign_public,
            enrolment_of=self.enrolments.get,
            key_of_replica=self.keys.get,
        )

    def accept(self, raw: bytes) -> None:
        reg = self.check(raw).reg
        self.enrolments[reg.eid] = Enrolment(None, reg)
        self.keys[reg.replica] = reg.sign_public


# --- the code --------------------------------------------------------------------------------------------------------


def test_a_fresh_code_is_printed_in_groups_and_read_back() -> None:
    codes = {new_code(Randomness()) for _ in range(50)}
    assert len(codes) == 50
    for code in codes:
        assert [len(group) for group in code.split("-")] == [4, 4, 4, 1]
        assert printed(code_letters(code) + code[-1]) == code


@given(CODE)
def test_case_spaces_dashes_and_full_width_do_not_matter(code: str) -> None:
    letters = code_letters(code)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    for typed in (
        code.lower(),
        printed(code),
        f" {code[:5]}\u3000{code[5:]}\n",
        printed(code).replace("-", "－"),
        wide,
    ):
        assert code_letters(typed) == letters


@given(CODE, st.integers(0, 12), st.sampled_from(ALPHABET))
def test_every_wrong_letter_is_noticed(code: str, place: int, letter: str) -> None:
    wrong = code[:place] + letter + code[place + 1 :]
    if wrong != code:
        assert code_of(code_letters, wrong) == "D-232"


@given(CODE, st.integers(0, 11))
def test_every_swap_of_neighbours_is_noticed(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        assert code_of(code_letters, swapped) == "D-232"


@pytest.mark.parametrize("sign", [*"01ILOilo", "А", "Ι", "中", "é"])
def test_look_alikes_are_named(sign: str) -> None:
    """Cyrillic А and Greek Ι look like Latin letters; they are not guessed at."""
    with pytest.raises(DubuError) as caught:
        code_letters("2345-6789-ABC" + sign + "-D")
    assert caught.value.code == "D-230"
    assert sign.upper() in caught.value.sentence


@pytest.mark.parametrize("typed", ["", "2345", "2" * 14])
def test_a_wrong_length_is_said_so(typed: str) -> None:
    assert code_of(code_letters, typed) == "D-231"


# --- the starter file ------------------------------------------------------------------------------------------------


def test_a_starter_opens_with_its_code_and_tells_both_sides_the_same(
    world: World, starter: Starter, opened: OpenedStarter
) -> None:
    assert opened.body == body_of(world)
    assert (opened.eid, opened.register_key) == (starter.eid, starter.register_key)


def test_nothing_of_a_starter_can_be_read_without_the_code(starter: Starter) -> None:
    for text in ("第三督巡组".encode(), b"age1", WORKSPACE):
        assert text not in starter.file
    assert starter.code not in repr(starter)
    assert starter.register_key.hex() not in repr(starter)
    assert repr(starter.register_key) not in repr(starter)


def test_the_work_of_a_guess_is_what_was_settled() -> None:
    """sync.md §3.12: Argon2id, 64 MiB, t=3, p=1."""
    assert (enrol._KDF_MEMORY_KIB, enrol._KDF_PASSES, enrol._KDF_LANES) == (65536, 3, 1)


def test_another_code_does_not_open_it(starter: Starter) -> None:
    assert code_of(open_starter, starter.file, new_code(Randomness())) == "D-234"


@pytest.mark.usefixtures("quick")
def test_every_bit_of_a_starter_counts(world: World) -> None:
    small = body_of(world, roster=[])
    made = make_starter(small, sign_private=world.office.identity.sign_private, randomness=Randomness())
    open_starter(made.file, made.code)
    data = bytearray(made.file)
    for position in range(len(data) * 8):
        data[position // 8] ^= 1 << position % 8
        assert code_of(open_starter, bytes(data), made.code) in {"D-233", "D-234", "D-205"}
        data[position // 8] ^= 1 << position % 8
    for length in range(0, len(data), 5):
        assert code_of(open_starter, bytes(data[:length]), made.code) in {"D-233", "D-234"}
    assert code_of(open_starter, bytes(data) + b"x", made.code) == "D-234"


def test_other_files_are_no_starters(starter: Starter) -> None:
    assert code_of(open_starter, b"", starter.code) == "D-233"
    assert code_of(open_starter, b"DUBU-BUNDLE\n" + bytes(100), starter.code) == "D-233"
    assert code_of(open_starter, starter.file[:20], starter.code) == "D-233"


def test_a_newer_starter_is_refused_by_name(starter: Starter) -> None:
    newer = PREAMBLE.pack(enrol.STARTER_MAGIC, 3, 3) + starter.file[PREAMBLE.size :]
    assert code_of(open_starter, newer, starter.code) == "D-205"


@pytest.mark.usefixtures("quick")
def test_a_starter_signed_by_another_key_than_it_names_is_refused(world: World) -> None:
    made = make_starter(body_of(world), sign_private=world.stranger.identity.sign_private, randomness=Randomness())
    assert code_of(open_starter, made.file, made.code) == "D-203"


@pytest.mark.usefixtures("quick")
def test_a_starter_with_unfit_office_keys_is_refused(world: World) -> None:
    made = make_starter(
        body_of(world, office_age_recipient="age1nonsense"),
        sign_private=world.office.identity.sign_private,
        randomness=Randomness(),
    )
    assert code_of(open_starter, made.file, made.code) == "D-239"


@pytest.mark.usefixtures("quick")
def test_a_starter_whose_contents_are_none_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrol, "pack", lambda body: b"\x93\x01\x02\x03")
    made = make_starter(body_of(world), sign_private=world.office.identity.sign_private, randomness=Randomness())
    assert code_of(open_starter, made.file, made.code) == "D-233"


# --- the registration ------------------------------------------------------------------------------------------------


def reg_of(opened: OpenedStarter, party: Party, label: str = "三组笔记本") -> bytes:
    return make_reg(opened, identity=party.identity, actor=party.actor, label=label)


def test_the_laptop_with_file_and_code_is_taken_in_once(world: World, starter: Starter, opened: OpenedStarter) -> None:
    office = Office(world, starter)
    raw = reg_of(opened, world.g1)
    first = office.check(raw)
    assert not first.known
    assert first.identity == world.g1.identity.public
    office.accept(raw)
    again = office.check(reg_of(opened, Party(world.g1.identity, replace_counter(world.g1.actor)), label="改名"))
    assert again.known


def replace_counter(actor: Actor) -> Actor:
    return Actor(actor.replica, actor.counter + 1, 5)


def test_a_second_laptop_with_the_same_starter_is_refused_and_both_are_named(
    world: World, starter: Starter, opened: OpenedStarter
) -> None:
    office = Office(world, starter)
    office.accept(reg_of(opened, world.g1, "甲机"))
    with pytest.raises(DubuError) as caught:
        office.check(reg_of(opened, world.stranger, "乙机\u202e"))
    assert caught.value.code == "D-236"
    assert "甲机" in caught.value.sentence
    assert "乙机（" in caught.value.sentence


def test_a_registration_under_somebody_elses_replica_is_refused(
    world: World, starter: Starter, opened: OpenedStarter
) -> None:
    office = Office(world, starter)
    office.keys[world.office.actor.replica] = office.public.sign_public
    impostor = Party(world.stranger.identity, world.office.actor)
    assert code_of(office.check, reg_of(opened, impostor)) == "D-236"


def test_every_bit_of_a_registration_counts(world: World, starter: Starter, opened: OpenedStarter) -> None:
    office = Office(world, starter)
    data = bytearray(reg_of(opened, world.g1))
    for position in range(len(data) * 8):
        data[position // 8] ^= 1 << position % 8
        assert code_of(office.check, bytes(data)) in {"D-204", "D-207", "D-235", "D-237"}
        data[position // 8] ^= 1 << position % 8


def test_without_the_code_nobody_registers(world: World, starter: Starter, opened: OpenedStarter) -> None:
    """Who has the file but not the code cannot make the MAC, though his own signature is right."""
    guessed = replace(opened, register_key=bytes(32))
    assert code_of(Office(world, starter).check, reg_of(guessed, world.stranger)) == "D-235"


def test_a_registration_taken_over_with_other_keys_is_refused(
    world: World, starter: Starter, opened: OpenedStarter
) -> None:
    """The MAC is over the keys, so it cannot be moved to another laptop's."""
    raw = reg_of(opened, world.g1)
    mac = raw[-96:-64]
    public = world.stranger.identity.public
    body = pack(
        Reg(
            eid=opened.eid,
            workspace=WORKSPACE,
            office_sign_public=opened.body.office_sign_public,
            actor=world.stranger.actor.to_bytes(),
            sign_public=public.sign_public,
            age_recipient=public.age_recipient,
        )
    )
    moved = body + mac + sign(world.stranger.identity.sign_private, digest("dubu reg v1", body, mac))
    assert code_of(Office(world, starter).check, moved) == "D-235"


def test_unknown_withdrawn_and_foreign_starters_are_refused(
    world: World, starter: Starter, opened: OpenedStarter
) -> None:
    office = Office(world, starter)
    raw = reg_of(opened, world.g1)
    office.enrolments[starter.eid] = Enrolment(None)
    assert code_of(office.check, raw) == "D-237"
    office.enrolments.clear()
    assert code_of(office.check, raw) == "D-237"
    foreign = replace(opened, body=body_of(world, workspace=b"x" * 16))
    assert code_of(office.check, reg_of(foreign, world.g1)) == "D-207"
    other_office = replace(opened, body=body_of(world, office_sign_public=world.g2.identity.public.sign_public))
    assert code_of(office.check, reg_of(other_office, world.g1)) == "D-207"
    assert code_of(office.check, b"") == "D-204"
    assert code_of(office.check, bytes(9000)) == "D-204"


def test_a_registration_with_an_unfit_recipient_is_refused(
    world: World, starter: Starter, opened: OpenedStarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dubu_desktop.sync.identity.recipient_of", lambda identity: "age1nonsense")
    assert code_of(Office(world, starter).check, reg_of(opened, world.g1)) == "D-239"
