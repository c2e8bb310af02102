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

  function choose(select, value) {
    if (value && [...select.options].some((option) => option.value === value)) select.value = value;
  }

  function fillIn() {
    const chosen = country.selectedOptions[0];
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const option = [...zone.options].find(({ value }) => value === here);
    const isHere = option && option.dataset.country === country.value;
    choose(zone, isHere ? here : chosen?.dataset.zone);
    choose(currency, chosen?.dataset.currency);
  }

  if (form.dataset.opening === "fresh") {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const option = [...zone.options].find(({ value }) => value === here);
    choose(country, option?.dataset.country);
    if (country.value) fillIn();
  }
  country.addEventListener("change", fillIn);
})();
