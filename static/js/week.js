/*
 * The hours of a week without a request for every pair of times (components/week.html). Every button here also works without this
 * file: the server then draws the form anew.
 */
(() => {
  "use strict";

  const MOST = 4;
  const pairsOf = (day) => [...day.querySelectorAll(".pair:not(.without-script)")];
  const timesOf = (pair) => [...pair.querySelectorAll("input")];
  const isEmpty = (pair) => timesOf(pair).every((time) => !time.value);

  /* A pair with these times; the one kept for browsers without scripts is the pattern. */
  function addPair(day, values = ["", ""]) {
    const pairs = day.querySelector("[data-pairs]");
    const pair = pairs.querySelector(".pair").cloneNode(true);
    pair.classList.remove("without-script");
    timesOf(pair).forEach((time, at) => {
      time.value = values[at];
      time.removeAttribute("aria-invalid");
      time.removeAttribute("aria-describedby");
    });
    const shown = pairsOf(day);
    if (shown.length) shown.at(-1).after(pair);
    else pairs.prepend(pair);
    note(pair);
    return pair;
  }

  /* What an end at or before the beginning means. */
  function note(pair) {
    const line = pair.querySelector("[data-pair-note]");
    const words = pair.closest("[data-week]")?.dataset;
    if (!line || !words) return;
    const [since, until] = timesOf(pair).map((time) => time.value);
    let text = "";
    if (since && until && until <= since) {
      if (until === since) text = until === "00:00" ? words.allDay : words.whole;
      else if (until !== "00:00") text = words.night;
    }
    line.textContent = text.replace("{time}", until);
  }

  function showMore(day) {
    const more = day.querySelector("[data-more]");
    if (more) more.hidden = pairsOf(day).length >= MOST;
  }

  /* A day that is switched on begins with the hours of the open day before it. */
  function propose(day) {
    const pairs = pairsOf(day);
    if (!pairs.every(isEmpty)) return;
    const days = [...day.closest("[data-week]").querySelectorAll("[data-day]")];
    const at = days.indexOf(day);
    const model = [...days.slice(0, at).reverse(), ...days.slice(at + 1)].find(
      (other) => other.querySelector("[data-day-switch]").checked && pairsOf(other).some((pair) => !isEmpty(pair)),
    );
    fill(day, model ? filled(model) : [["09:00", "18:00"]]);
  }

  const filled = (day) =>
    pairsOf(day)
      .filter((pair) => !isEmpty(pair))
      .map((pair) => timesOf(pair).map((time) => time.value));

  function fill(day, values) {
    const old = pairsOf(day);
    const wanted = values.length ? values : [["", ""]];
    wanted.forEach((pair) => addPair(day, pair));
    old.forEach((pair) => pair.remove());
    showMore(day);
  }

  document.addEventListener("change", ({ target }) => {
    const day = target.matches?.("[data-week] [data-day-switch]") && target.closest("[data-day]");
    if (day && target.checked) propose(day);
  });

  document.addEventListener("input", ({ target }) => {
    const pair = target.closest?.("[data-week] .pair");
    if (pair) note(pair);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-more], [data-copy-day], [data-remove-pair]");
    const day = button?.closest("[data-day]");
    if (!day) return;
    event.preventDefault();
    if (button.matches("[data-more]")) {
      timesOf(addPair(day))[0].focus();
    } else if (button.matches("[data-remove-pair]")) {
      remove(day, button.closest(".pair"));
    } else {
      copy(day);
    }
    showMore(day);
  });

  /* Without the last pair of times nothing is left of the day but its switch. */
  function remove(day, pair) {
    const power = day.querySelector("[data-day-switch]");
    if (pairsOf(day).length > 1) {
      pair.remove();
      timesOf(pairsOf(day).at(-1))[0].focus();
      return;
    }
    timesOf(pair).forEach((time) => (time.value = ""));
    note(pair);
    power.checked = false;
    power.focus();
  }

  function copy(day) {
    const days = [...day.closest("[data-week]").querySelectorAll("[data-day]")];
    days.slice(1, 5).forEach((other) => {
      other.querySelector("[data-day-switch]").checked = day.querySelector("[data-day-switch]").checked;
      fill(other, filled(day));
    });
    const region = document.getElementById("announcer");
    if (region) region.textContent = day.querySelector("[data-copy-day]").dataset.done ?? "";
  }
})();
