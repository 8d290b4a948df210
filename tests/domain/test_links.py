"""Links and typed codes: genuine ones read back, however they were keyed, and nonsense is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotv.domain.links import CODE_LENGTH, digest, link_token, read_link_token, read_typed_code, typed_code

KEY = "k" * 32
ids = st.integers(1, 999_999_999)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(ids, ids, st.integers(1, 50))
def test_a_link_says_whose_it_is(contest: int, person: int, serial: int) -> None:
    assert read_link_token(link_token(KEY, contest, person, serial)) == (contest, person)


@given(ids, ids, st.integers(1, 50))
def test_a_code_reads_back_as_it_was_printed(contest: int, person: int, serial: int) -> None:
    code = typed_code(KEY, contest, person, serial)
    assert read_typed_code(code) == (contest, code)


@given(ids, st.text(CROCKFORD, min_size=CODE_LENGTH, max_size=CODE_LENGTH), st.sampled_from(["O", "o"]))
def test_letters_that_look_like_digits_are_read_as_digits(contest: int, code: str, nought: str) -> None:
    read = read_typed_code(f"{contest}-{code}")
    assert read == read_typed_code(f"{contest}-{code.replace('0', nought).replace('1', 'l')}")
    assert read == read_typed_code(f"{contest}-{code.replace('1', 'I')}")


@pytest.mark.parametrize(
    "keyed",
    [
        "1-ABCDE-12340",
        "1-abcde-12340",
        " 1-ABCDE-12340 ",
        "1 ABCDE 12340",
        "1 - abcde - 12340",
        "1-ABCDE12340",
        "1–ABCDE–12340",
        "1—abcde 12340",
        "1\u00a0ABCDE\u00a012340",
        "1.ABCDE.12340",
        "1ABCDE12340",
        "l-ABCDE-I234O",
        "I-abcde-l234o",
        "01-ABCDE-12340",
    ],
)
def test_a_code_forgives_case_spaces_dashes_and_lookalikes(keyed: str) -> None:
    assert read_typed_code(keyed) == (1, "1-ABCDE-12340")


@pytest.mark.parametrize(
    "keyed",
    [
        *("", "-", "1", "1-", "1-ABCDE", "1-ABCDE-1234", "1-ABCDE-123456", "1-ABCDU-12345", "x-ABCDE-12345"),
        *("ABCDE-12345", "ABCDE12345", "1234567890-ABCDE-12345", "1-ABÇDE-12345"),
    ],
)
def test_what_is_no_code_is_refused(keyed: str) -> None:
    assert read_typed_code(keyed) is None


@pytest.mark.parametrize(
    "token",
    [
        *("", ".", "1.2", "1.2.3.4", "a.2.proof", "1.b.proof", "-1.2.proof", "1 .2.proof", "1.5e3.proof"),
        *("9999999999.1.proof", "1.9999999999.proof", "²1.2.proof"),
    ],
)
def test_what_is_no_link_is_refused(token: str) -> None:
    assert read_link_token(token) is None


def test_spaces_around_a_link_do_no_harm() -> None:
    assert read_link_token(" 1.2.proof\n") == (1, 2)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    read_link_token(text)
    found = read_typed_code(text)
    assert found is None or found == read_typed_code(found[1])


@given(ids, ids, st.integers(1, 50))
def test_raising_the_serial_changes_both_link_and_code(contest: int, person: int, serial: int) -> None:
    assert link_token(KEY, contest, person, serial) != link_token(KEY, contest, person, serial + 1)
    assert typed_code(KEY, contest, person, serial) != typed_code(KEY, contest, person, serial + 1)


def test_another_house_makes_other_links() -> None:
    assert link_token(KEY, 1, 2, 1) != link_token("o" * 32, 1, 2, 1)
    assert typed_code(KEY, 1, 2, 1) != typed_code("o" * 32, 1, 2, 1)


def test_a_code_has_fifty_bits_and_a_link_128() -> None:
    proof = link_token(KEY, 1, 2, 1).split(".")[2]
    letters = typed_code(KEY, 7, 2, 1).removeprefix("7-").replace("-", "")
    assert (len(proof), len(letters)) == (22, 10)
    assert set(letters) <= set(CROCKFORD)


def test_a_link_needs_no_escaping_in_an_address() -> None:
    assert all(link_token(KEY, 1, n, 1).replace(".", "").replace("-", "").replace("_", "").isalnum() for n in range(99))


def test_a_fingerprint_knows_where_one_word_ends() -> None:
    assert digest(KEY, "1", "23") != digest(KEY, "12", "3")
