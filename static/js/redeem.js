// A gift's link carries its code behind the #, which browsers send to nobody; it is put into the field and taken from
// the address, so that neither a log nor a shared screen keeps it.
const field = document.querySelector("form[data-redeem] input[name=code]");
const code = decodeURIComponent(location.hash.slice(1));
if (field && /^[A-Za-z0-9-]{8,40}$/.test(code)) {
  field.value = code;
  history.replaceState(null, "", location.pathname);
}
