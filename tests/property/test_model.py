"""The independent model by itself: what an old copy of a folder makes undone has never been."""

from __future__ import annotations

from tests.property.model import OFFICE, Model, View


def test_a_record_whose_only_deed_was_lost_with_its_folder_has_never_been() -> None:
    model, view = Model(), View(OFFICE)
    root, child, other = (bytes([n]) * 16 for n in (1, 2, 3))
    begun = {"sort": "create", "values": {1: "a"}}
    model.write(view, (b"laptop", 1), kind="finding", record=root, root=root, **begun)
    old = view.copy()
    model.write(view, (b"laptop", 2), kind="rectification", record=child, root=root, **begun)
    assert model.children[root] == {root, child}
    model.write(old, (b"laptop", 2), kind="finding", record=other, root=other, **begun)
    assert set(model.records()) == {root, other}
    assert model.children[root] == {root}
    model.write(view, (b"laptop", 2), kind="rectification", record=child, root=root, **begun)
    assert set(model.records()) == {root, child}
    assert set(model.children) == {root}


def test_all_that_followed_on_that_laptop_goes_with_it_and_nothing_else() -> None:
    model, view = Model(), View(OFFICE)
    root, child, other = (bytes([n]) * 16 for n in (1, 2, 3))
    begun = {"sort": "create", "values": {1: "a"}}
    old = view.copy()
    model.write(view, (b"laptop", 1), kind="finding", record=root, root=root, **begun)
    model.write(view, (b"laptop", 2), kind="rectification", record=child, root=root, **begun)
    model.write(View(OFFICE), (b"another", 5), kind="finding", record=other, root=other, **begun)
    model.write(old, (b"laptop", 1), kind="finding", record=other, root=other, **begun)
    assert model.records() == [other]
    assert set(model.children) == {other}
    assert model.of_record[other] == [(b"another", 5), (b"laptop", 1)]
    model.write(old, (b"laptop", 2), kind="rectification", record=child, root=other, **begun)
    assert set(model.records()) == {other, child}
    assert model.root_of(child) == other


def test_what_was_removed_is_held_no_more_until_it_comes_again() -> None:
    model, view = Model(), View("01")
    root = b"\1" * 16
    deed = model.write(View(OFFICE), (b"office", 1), kind="finding", record=root, root=root, sort="create", values={})
    view.take_in({deed.name})
    view.removed.add(deed.name)
    assert view.held == set()
    assert view.known == {deed.name}
    assert view.copy().held == set()
    view.take_in({deed.name})
    assert view.held == {deed.name}
