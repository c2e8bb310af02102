import pytest

from app.core.paging import Page, nearest_page, pages_of


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_a_list_has_a_page_for_each_so_many_rows_and_one_when_it_is_empty(total, pages):
    assert pages_of(total, 20) == pages


@pytest.mark.parametrize(("asked", "given"), [(-3, 1), (0, 1), (1, 1), (3, 3), (4, 3), (10**9, 3)])
def test_a_page_that_is_none_is_the_nearest_there_is(asked, given):
    assert nearest_page(asked, 41, 20) == given


def test_a_page_knows_the_places_of_its_rows():
    last = Page(["x"], 41, 3, 20)
    assert (last.first, last.last, last.pages) == (41, 41, 3)
