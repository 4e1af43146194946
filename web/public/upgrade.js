// Says that the browser is too old, or that something is blocked, when a page has not started after some seconds. Plain ES5.
setTimeout(function () {
  var notice = document.getElementById('upgrade');
  if (notice && !document.documentElement.hasAttribute('data-started')) notice.hidden = false;
}, 8000);
