"""The key is made here, is only ours to read, and never leaves."""

from pathlib import Path

import pytest

from kiosk.identity import KEY, Named, NotEnrolled, load, machine_id, make_key, public_bytes, save


def test_an_enrolled_kiosk_knows_its_name_key_and_machine(tmp_path: Path):
    key = make_key(tmp_path / "data")
    save(tmp_path / "data", Named(kiosk="k1", city="見本市"))
    found = load(tmp_path / "data")
    assert found.named.kiosk == "k1"
    assert public_bytes(found.key) == public_bytes(key)
    assert (tmp_path / "data" / KEY).stat().st_mode & 0o777 == 0o600
    assert repr(found) == "<Identity k1>"


def test_a_second_attempt_to_enrol_uses_the_same_key(tmp_path: Path):
    assert public_bytes(make_key(tmp_path)) == public_bytes(make_key(tmp_path))


def test_a_key_others_could_read_is_not_used(tmp_path: Path):
    first = make_key(tmp_path)
    save(tmp_path, Named(kiosk="k1"))
    (tmp_path / KEY).chmod(0o644)
    with pytest.raises(NotEnrolled, match="chmod 600"):
        load(tmp_path)
    assert public_bytes(make_key(tmp_path)) != public_bytes(first)


def test_without_identity_the_next_step_is_named(tmp_path: Path):
    with pytest.raises(NotEnrolled, match="komado-kiosk enrol"):
        load(tmp_path)
    make_key(tmp_path)
    with pytest.raises(NotEnrolled, match="komado-kiosk enrol"):
        load(tmp_path)


def test_a_machine_is_told_by_its_own_id_and_not_by_what_it_says(tmp_path: Path):
    system = tmp_path / "machine-id"
    system.write_text("0123456789abcdef0123456789abcdef\n")
    first = machine_id(tmp_path, system)
    assert len(first) == 32
    assert "0123456789abcdef" not in first
    assert machine_id(tmp_path, system) == first
    system.write_text("another\n")
    assert machine_id(tmp_path, system) != first


def test_a_machine_without_an_id_keeps_one_of_its_own(tmp_path: Path):
    nowhere = tmp_path / "nowhere"
    assert machine_id(tmp_path / "data", nowhere) == machine_id(tmp_path / "data", nowhere)
    assert machine_id(tmp_path / "other", nowhere) != machine_id(tmp_path / "data", nowhere)
