// The link from the terminal carries the code behind #, where it is never sent; it goes into the form from there.

const found = new URLSearchParams(location.hash.slice(1)).get("code");
if (found) {
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("code").value = found;
  document.getElementById("sign-in").requestSubmit();
}
