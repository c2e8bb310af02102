"""What stands on the pages about hours."""

from tests.reading import soup


def pairs(page, day: str) -> list[tuple[str, str]]:
    """The times that stand in the inputs of a day, without those for browsers without scripts."""
    shown = soup(page).select(f"#{day} .pair:not(.without-script)")
    return [tuple(time.get("value", "") for time in pair.select("input")) for pair in shown]


def is_on(page, day: str) -> bool:
    return soup(page).select_one(f"#{day} [role=switch]").has_attr("checked")


def week_form(**days) -> dict:
    """What a browser sends: week_form(monday=[("9:00", "18:00")]); a day without times is switched off."""
    form = {}
    for day, times in days.items():
        if times:
            form[f"{day}-open"] = "1"
        form[f"{day}-from"] = [since for since, _ in times] + [""]
        form[f"{day}-until"] = [until for _, until in times] + [""]
    return form
