// Keeps exactly the files of this build, so that the field app starts without a network. Never touches the API: what was
// filled in lies in the outbox of the page. A new build waits until the reader agrees (the page sends "take-over").
const KEPT = __KEPT__;
const CACHE = 'field-' + __VERSION__;

self.addEventListener('install', (e) => {
  e.waitUntil(caches.open(CACHE).then((c) => c.addAll(KEPT.map((path) => new Request(path, {cache: 'reload'})))));
});
self.addEventListener('activate', (e) => {
  const old = (names) => Promise.all(names.filter((n) => n.startsWith('field-') && n !== CACHE).map((n) => caches.delete(n)));
  e.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});
self.addEventListener('message', (e) => {
  if (e.data === 'take-over') self.skipWaiting();
});
self.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== location.origin || url.pathname.startsWith('/api/') || url.pathname.startsWith('/map/')) return;
  const wanted = e.request.mode === 'navigate' ? '/field/' : e.request;
  e.respondWith(caches.open(CACHE).then((c) => c.match(wanted, {ignoreSearch: true})).then((found) => found || fetch(e.request)));
});
