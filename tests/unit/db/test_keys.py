"""The key file: what opens it, what does not, and what lies in it (reliability.md T01, T02)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dubu_desktop.db import keys
from dubu_desktop.errors import DubuError
from dubu_desktop.system import codes
from dubu_desktop.system.randomness import Randomness

PASSWORD = "四不两直2026"
CODE = keys.new_recovery_code(Randomness())


def refused(code: str, function: object, *arguments: object) -> DubuError:
    with pytest.raises(DubuError) as caught:
        function(*arguments)  # type: ignore[operator]
    assert caught.value.code == code
    return caught.value


def test_the_password_opens_both_keys_and_another_opens_nothing() -> None:
    keyfile, secrets = keys.create_keys(PASSWORD, CODE)
    assert keys.unlock(keyfile, PASSWORD) == secrets
    assert keys.unlock(keyfile, "四不两直２０２６") == secrets  # NFKC: typed full-width
    refused("D-103", keys.unlock, keyfile, PASSWORD + "x")
    refused("D-103", keys.unlock, keyfile, "")


def test_the_recovery_code_opens_the_data_but_never_the_identity() -> None:
    keyfile, secrets = keys.create_keys(PASSWORD, CODE)
    sealed = keys.seal(secrets.vault_key or b"", b"signing key", b"identity")
    recovered = keys.unlock_with_recovery(keyfile, CODE.lower().replace("-", " "))
    assert recovered.data_key == secrets.data_key
    assert recovered.database_key == secrets.database_key
    assert recovered.vault_key is None
    assert keys.open_sealed(secrets.vault_key, sealed, b"identity") == b"signing key"
    refused("D-116", keys.open_sealed, recovered.vault_key, sealed, b"identity")
    refused("D-116", keys.open_sealed, recovered.data_key, sealed, b"identity")
    refused("D-116", keys.open_sealed, secrets.vault_key, sealed, b"another purpose")
    refused("D-116", keys.open_sealed, secrets.vault_key, b"short", b"identity")


def test_after_recovery_the_old_identity_stays_shut() -> None:
    keyfile, secrets = keys.create_keys(PASSWORD, CODE)
    sealed = keys.seal(secrets.vault_key or b"", b"signing key", b"identity")
    changed, anew = keys.reset_with_recovery(keyfile, CODE, "另一个长密码2026")
    assert keys.unlock(changed, "另一个长密码2026") == anew
    assert anew.data_key == secrets.data_key
    refused("D-116", keys.open_sealed, anew.vault_key, sealed, b"identity")
    refused("D-103", keys.unlock, changed, PASSWORD)
    refused("D-105", keys.reset_with_recovery, keyfile, CODE, "短")


def test_a_recovery_code_has_groups_with_check_letters_and_enough_letters() -> None:
    assert re.fullmatch(f"([{codes.ALPHABET}]{{5}}-){{6}}[{codes.ALPHABET}]{{5}}", CODE)
    drawn = keys.RECOVERY_GROUPS * keys.RECOVERY_GROUP_LETTERS
    assert len(codes.ALPHABET) ** drawn >= 2**130
    assert keys.new_recovery_code(Randomness()) != CODE


def test_a_mistyped_code_is_told_by_group() -> None:
    keyfile, _ = keys.create_keys(PASSWORD, CODE)
    groups = CODE.split("-")
    wrong_letter = "2" if groups[2][1] != "2" else "3"
    mistyped = [*groups[:2], groups[2][0] + wrong_letter + groups[2][2:], *groups[3:]]
    assert "第3组" in refused("D-104", keys.unlock_with_recovery, keyfile, "-".join(mistyped)).what
    forbidden = [*groups[:6], "0" + groups[6][1:]]
    assert "第7组" in refused("D-104", keys.unlock_with_recovery, keyfile, "-".join(forbidden)).what
    assert "35" in refused("D-104", keys.unlock_with_recovery, keyfile, CODE[:-1]).what
    another = keys.new_recovery_code(Randomness())
    refused("D-104", keys.unlock_with_recovery, keyfile, another)
    if groups[0] != groups[1]:
        swapped = "-".join([groups[1], groups[0], *groups[2:]])
        refused("D-104", keys.unlock_with_recovery, keyfile, swapped)


def test_a_new_password_replaces_the_old_and_keeps_the_code() -> None:
    keyfile, secrets = keys.create_keys(PASSWORD, CODE)
    refused("D-105", keys.create_keys, "1234567", CODE)
    refused("D-105", keys.change_password, keyfile, PASSWORD, "1234567")
    refused("D-103", keys.change_password, keyfile, "not this one", "long enough now")
    changed = keys.change_password(keyfile, PASSWORD, "long enough now")
    assert keys.unlock(changed, "long enough now") == secrets
    assert keys.unlock_with_recovery(changed, CODE).data_key == secrets.data_key
    refused("D-103", keys.unlock, changed, PASSWORD)


def test_a_new_code_replaces_the_old() -> None:
    keyfile, secrets = keys.create_keys(PASSWORD, CODE)
    code = keys.new_recovery_code(Randomness())
    changed = keys.change_recovery_code(keyfile, secrets, code)
    assert keys.unlock_with_recovery(changed, code).data_key == secrets.data_key
    refused("D-104", keys.unlock_with_recovery, changed, CODE)
    assert keys.unlock(changed, PASSWORD) == secrets


def test_the_file_comes_back_as_written_and_holds_no_secret(tmp_path: Path) -> None:
    keyfile, secrets = keys.create_keys(PASSWORD, CODE)
    path = tmp_path / "workspace.key"
    keyfile.save(path)
    assert keys.load_keyfile(path) == keyfile
    content = path.read_bytes()
    assert secrets.vault_key is not None
    for secret in (secrets.data_key, secrets.vault_key, secrets.database_key):
        assert secret not in content
        assert secret.hex().encode() not in content
    assert secrets.data_key.hex() not in repr(secrets)
    assert "…" in repr(secrets)


def test_every_damaged_bit_is_known_as_damage_not_as_a_wrong_password(tmp_path: Path) -> None:
    path = tmp_path / "workspace.key"
    keyfile, _ = keys.create_keys(PASSWORD, CODE)
    keyfile.save(path)
    whole = path.read_bytes()
    seen = set()
    for offset in range(len(whole)):
        damaged = bytearray(whole)
        damaged[offset] ^= 1 << (offset % 8)
        path.write_bytes(damaged)
        try:
            # White space and base64 padding bits may be written otherwise; then it is still the same key file.
            assert keys.load_keyfile(path) == keyfile
        except DubuError as error:
            seen.add(error.code)
    assert "D-106" in seen
    assert seen <= {"D-106", "D-109"}
    for torn in (b"", whole[: len(whole) // 2], b"[]", b"[" * 100_000):
        path.write_bytes(torn)
        refused("D-106", keys.load_keyfile, path)
    refused("D-106", keys.load_keyfile, tmp_path / "none")


def test_a_newer_key_file_is_refused_by_the_name_of_its_program(tmp_path: Path) -> None:
    path = tmp_path / "workspace.key"
    keys.create_keys(PASSWORD, CODE)[0].save(path)
    body = json.loads(path.read_bytes())
    path.write_text(json.dumps({**body, "format": keys.FORMAT + 1, "made_with": "3.2.1"}))
    assert "3.2.1" in refused("D-109", keys.load_keyfile, path).sentence


def test_a_forged_cost_cannot_eat_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "workspace.key"
    keys.create_keys(PASSWORD, CODE)[0].save(path)
    body = json.loads(path.read_bytes())
    body.pop("check")
    for name, value in (("memory_kib", 64 * 1024 * 1024), ("passes", 10_000), ("lanes", 1000)):
        forged = json.loads(json.dumps(body))
        forged["password"][name] = value
        path.write_text(json.dumps({**forged, "check": keys._checksum(forged)}))
        refused("D-106", keys.load_keyfile, path)


def test_the_cost_written_is_the_cost_promised(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()  # the standard cost, not the tests'
    path = tmp_path / "workspace.key"
    keyfile, secrets = keys.create_keys(PASSWORD, CODE)
    keyfile.save(path)
    read = keys.load_keyfile(path)
    for slot in (read.password, read.recovery):
        assert slot.cost.memory_kib >= 64 * 1024
        assert slot.cost.passes >= 3
    assert keys.unlock(read, PASSWORD) == secrets


def test_the_subkeys_differ_and_depend_on_the_data_key() -> None:
    _, one = keys.create_keys(PASSWORD, CODE)
    _, other = keys.create_keys(PASSWORD, CODE)
    derived = [{s.database_key, s.blob_key, s.blob_name_key, s.draft_key, s.data_key} for s in (one, other)]
    assert all(len(found) == 5 for found in derived)
    assert not derived[0] & derived[1]
