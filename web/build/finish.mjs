// After the build: integrity of the entry files, the field app's list of files to keep, compressed forms, and checks that
// nothing points to another host or is newer than Chromium 80. Writes dist/entries.json: {name: {script, styles[]}} for pages that C writes.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import {newerScript, newerStyle} from './oldest.mjs';

const web = path.resolve(import.meta.dirname, '..');
const dist = path.join(web, 'dist');
const TEXT = /\.(html|js|css|svg|json|webmanifest)$/;
const read = (name) => fs.readFileSync(path.join(dist, name));
const write = (name, text) => fs.writeFileSync(path.join(dist, name), text);

function files(folder = '') {
  return fs.readdirSync(path.join(dist, folder), {withFileTypes: true}).flatMap((e) => {
    const name = path.posix.join(folder, e.name);
    return e.isDirectory() ? (e.name === '.vite' ? [] : files(name)) : [name];
  }).sort();
}

const manifest = JSON.parse(read('.vite/manifest.json'));

/** Every file that an entry needs, its lazy parts too. */
function reach(key, found = new Set()) {
  const part = manifest[key];
  if (!part || found.has(part.file)) return found;
  found.add(part.file);
  for (const f of [...(part.css ?? []), ...(part.assets ?? [])]) found.add(f);
  for (const k of [...(part.imports ?? []), ...(part.dynamicImports ?? [])]) reach(k, found);
  return found;
}

function stylesOf(key, seen = new Set()) {
  const part = manifest[key];
  if (!part || seen.has(key)) return [];
  seen.add(key);
  return [...new Set([...(part.imports ?? []).flatMap((k) => stylesOf(k, seen)), ...(part.css ?? [])])];
}

function addIntegrity(name) {
  const hash = (url) => 'sha384-' + crypto.createHash('sha384').update(read(url.slice(1))).digest('base64');
  const html = read(name).toString().replace(/<(script|link)([^>]*?)(src|href)="(\/assets\/[^"]+)"([^>]*)>/g,
    (_, tag, before, key, url, after) => `<${tag}${before}${key}="${url}" integrity="${hash(url)}"${after}>`);
  write(name, html);
}

const entries = {};
for (const [key, part] of Object.entries(manifest)) {
  if (part.isEntry && !key.endsWith('.html')) entries[part.name] = {script: '/' + part.file, styles: stylesOf(key).map((f) => '/' + f)};
}
write('entries.json', JSON.stringify(entries));

files().filter((f) => f.endsWith('.html')).forEach(addIntegrity);

// the field app's worker keeps exactly the files of this build
const kept = ['/field/', '/field/app.webmanifest', '/field/icon-192.png', '/field/icon-512.png', '/icon.svg', '/upgrade.js', ...[...reach('field/index.html')].map((f) => '/' + f)];
const version = crypto.createHash('sha256').update(kept.join() + read('field/index.html')).digest('hex').slice(0, 12);
const worker = fs.readFileSync(path.join(web, 'src/field/sw.js'), 'utf8');
if (!worker.includes('__KEPT__') || !worker.includes('__VERSION__')) throw new Error('src/field/sw.js lacks __KEPT__ or __VERSION__');
fs.mkdirSync(path.join(dist, 'field'), {recursive: true});
write('field/sw.js', worker.replace('__KEPT__', JSON.stringify(kept)).replace('__VERSION__', JSON.stringify(version)));

// other hosts: as url() in styles, or as something fetched by scripts; namespaces and texts are no fetches
for (const f of files()) {
  if (/\.css$/.test(f) && /url\(\s*["']?(https?:)?\/\//.test(read(f).toString())) throw new Error(`${f} points to another host`);
  if (/\.html$/.test(f) && /(src|href)=["']?(https?:)?\/\//.test(read(f).toString())) throw new Error(`${f} points to another host`);
}

const newer = files().flatMap((f) => (f.endsWith('.js') ? newerScript(f, read(f).toString()) : f.endsWith('.css') ? newerStyle(f, read(f).toString()) : []));
if (newer.length > 0) throw new Error('newer than Chromium 80:\n' + newer.join('\n'));

for (const f of files().filter((name) => TEXT.test(name) && name !== 'entries.json')) {
  const raw = read(f);
  write(f + '.gz', zlib.gzipSync(raw, {level: 9}));
  write(f + '.br', zlib.brotliCompressSync(raw, {params: {[zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: raw.length}}));
}
console.log(`${files().length} files in dist`);
