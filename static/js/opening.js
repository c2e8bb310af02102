/*
 * Opening a business: where the browser's clock stands says more than the languages it asks for, so it fills in the country,
 * and with each country its zone and currency. Without this file the server derives what was left to it.
 */
(() => {
  "use strict";

  const form = document.querySelector("form[data-opening]");
  if (!form) return;
  const country = form.querySelector("select[data-country]");
  const zone = form.querySelector("select[data-zone]");
  const currency = form.querySelector("select[data-currency]");

  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isOwn = ({ value, dataset }) => value === own || dataset.also?.split(" ").includes(own);
  const here = [...zone.options].find(isOwn);

  function choose(select, value) {
    if (value && [...select.options].some((option) => option.value === value)) select.value = value;
  }

  function fillIn() {
    const chosen = country.selectedOptions[0];
    const isHere = here && here.dataset.country === country.value;
    choose(zone, isHere ? here.value : chosen?.dataset.zone);
    choose(currency, chosen?.dataset.currency);
  }

  if (form.dataset.opening === "fresh") {
    choose(country, here?.dataset.country);
    if (country.value) fillIn();
  }
  country.addEventListener("change", fillIn);
})();
