// What the oldest browser we serve, Chromium 80, does not know: syntax, functions, styles; each with the version that brought
// it. The build fails on what it finds in the bundle (finish.mjs), a unit test on what it finds in the sources.
import ts from 'typescript';

const K = ts.SyntaxKind;

/** Functions that are newer, by the name they are called with. `Object.x` counts on that object only. */
const CALLED = {
  at: 92, replaceAll: 85, findLast: 97, findLastIndex: 97, toSorted: 110, toReversed: 110, toSpliced: 110, isWellFormed: 111, toWellFormed: 111,
  isSubsetOf: 122, isSupersetOf: 122, isDisjointFrom: 122, symmetricDifference: 122, structuredClone: 98, reportError: 95, randomUUID: 92,
  throwIfAborted: 100, replaceChildren: 86, checkVisibility: 105, getAnimations: 84, showPicker: 99, showPopover: 114, hidePopover: 114, togglePopover: 114,
  startViewTransition: 111, moveBefore: 133, getHTML: 125, setHTMLUnsafe: 124, roundRect: 99, createConicGradient: 99, getSetCookie: 113, requestClose: 134,
  'Object.hasOwn': 93, 'Object.groupBy': 117, 'Map.groupBy': 117, 'Promise.any': 85, 'Promise.try': 128, 'Promise.withResolvers': 119, 'Array.fromAsync': 121,
  'AbortSignal.timeout': 103, 'AbortSignal.any': 116, 'AbortSignal.abort': 93, 'URL.canParse': 120, 'URL.parse': 126, 'Response.json': 105,
  'ReadableStream.from': 130, 'Intl.supportedValuesOf': 99, 'scheduler.postTask': 94, 'scheduler.yield': 129,
};
/** Objects that are newer. */
const OBJECTS = {
  WeakRef: 84, FinalizationRegistry: 84, AggregateError: 85, URLPattern: 95, Temporal: 144, Iterator: 117, MathMLElement: 109, EyeDropper: 95,
  'Intl.Segmenter': 87, 'Intl.DisplayNames': 81, 'Intl.DurationFormat': 129, 'window.trustedTypes': 83, 'navigator.userAgentData': 90, 'navigator.wakeLock': 84,
};
/** What libraries may have in the bundle all the same. Our own sources may not. */
const EXCUSED = {
  toSorted: 'Vue wraps the array’s own functions; nothing here calls this one', toReversed: 'as toSorted', toSpliced: 'as toSorted',
  MathMLElement: 'Vue asks first whether it is there', 'window.trustedTypes': 'Vue asks first', startViewTransition: 'the router asks first',
  'Object.hasOwn': 'src/ui/older.ts brings it before the map', throwIfAborted: 'src/ui/older.ts brings it before the map',
  'Intl.Segmenter': 'OpenLayers asks for it for right-to-left text along a line only; no map here writes along lines',
};

const SYNTAX = new Map([
  [K.QuestionQuestionEqualsToken, '??= (85)'], [K.BarBarEqualsToken, '||= (85)'], [K.AmpersandAmpersandEqualsToken, '&&= (85)'],
  [K.ClassStaticBlockDeclaration, 'static block of a class (94)'], [K.UsingKeyword, 'using (134)'],
]);

function syntaxOf(n) {
  if (SYNTAX.has(n.kind)) return SYNTAX.get(n.kind);
  if ((ts.isMethodDeclaration(n) || ts.isAccessor(n)) && ts.isPrivateIdentifier(n.name)) return 'private method (84)';
  if (ts.isBinaryExpression(n) && n.operatorToken.kind === K.InKeyword && ts.isPrivateIdentifier(n.left)) return '#x in (91)';
  if (ts.isRegularExpressionLiteral(n) && /[dv]/.test(n.text.slice(n.text.lastIndexOf('/') + 1))) return 'flag d or v of a pattern (90, 112)';
  if (ts.isAwaitExpression(n) && !ts.findAncestor(n, ts.isFunctionLike)) return 'await outside of functions (89)';
  if (ts.isImportDeclaration(n) && n.attributes) return 'attributes of an import (123)';
  return '';
}

/** The names a use goes by: f, x.f for the object x. */
function namesOf(n) {
  if (ts.isIdentifier(n)) return [n.text];
  if (!ts.isPropertyAccessExpression(n)) return [];
  const of = ts.isIdentifier(n.expression) ? n.expression.text : ts.isPropertyAccessExpression(n.expression) ? n.expression.name.text : '';
  return [n.name.text, `${of}.${n.name.text}`];
}

function isSignalOption(n) {
  return ts.isCallExpression(n) && namesOf(n.expression)[0] === 'addEventListener' && n.arguments[2] && ts.isObjectLiteralExpression(n.arguments[2]) &&
    n.arguments[2].properties.some((p) => p.name?.text === 'signal');
}

function useOf(n) {
  if (ts.isCallExpression(n)) {
    const known = (ts.isIdentifier(n.expression) ? namesOf(n.expression).filter((x) => x !== 'at') : namesOf(n.expression)).find((x) => Object.hasOwn(CALLED, x));
    if (known) return [known, CALLED[known]];
    if (isSignalOption(n)) return ['signal of addEventListener', 90];
  }
  const isName = ts.isIdentifier(n) && !(n.parent && (ts.isPropertyAccessExpression(n.parent) || ts.isPropertyAssignment(n.parent)) && n.parent.name === n);
  const object = isName || ts.isPropertyAccessExpression(n) ? namesOf(n).find((x) => Object.hasOwn(OBJECTS, x) && (isName || x.includes('.'))) : undefined;
  return object ? [object, OBJECTS[object]] : null;
}

/** in: own = a source of ours, before it is compiled: its syntax is not looked at, and nothing is excused.
 * out: what Chromium 80 lacks, one line each. */
export function newerScript(name, code, own = false) {
  const file = ts.createSourceFile(name, code, ts.ScriptTarget.Latest, true, own ? ts.ScriptKind.TS : ts.ScriptKind.JS), found = new Set();
  const visit = (n) => {
    const syntax = own ? '' : syntaxOf(n), use = useOf(n);
    if (syntax) found.add(`${name}: ${syntax}`);
    if (use && (own || !Object.hasOwn(EXCUSED, use[0]))) found.add(`${name}: ${use[0]} (${use[1]})`);
    ts.forEachChild(n, visit);
  };
  visit(file);
  return [...found];
}

const OLDER_BUTTON = '::file-selector-button (89) without its older name';
const SELECTORS = [[/:is\(/, ':is (88)'], [/:where\(/, ':where (88)'], [/:has\(/, ':has (105)'], [/:not\([^()]*,/, ':not of several (88)'], [/::marker/, '::marker (86)'],
  [/::file-selector-button/, OLDER_BUTTON], [/:user-(in)?valid/, ':user-valid (119)'], [/:dir\(/, ':dir (120)'], [/:popover-open|:modal\b/, ':modal (105)']];
const PROPERTIES = /^(inset(-.*)?|aspect-ratio|gap|row-gap|content-visibility|contain-intrinsic-.*|scrollbar-gutter|text-wrap(-.*)?|(margin|padding)-(inline|block)|border-(inline|block)|text-underline-offset|text-decoration-thickness|translate|rotate|scale|field-sizing|view-transition-.*|animation-timeline|mask(-.*)?|counter-set|appearance|hyphenate-character)$/;
const VALUES = [[/\b\d+(\.\d+)?[dsl]v[hw]\b/, 'dvh and its like (108)'], [/\b(color-mix|oklch|oklab|lab|lch|light-dark|round|mod|rem|sin|cos)\(/, 'functions of colour and number (111)'],
  [/(^|[\s,])image-set\(/, 'image-set (113)'], [/\bsubgrid\b/, 'subgrid (117)'], [/\b\d+r?lh\b/, 'lh (109)'], [/^clip$/, 'overflow: clip (90)']];
const RULES = /^@(layer|container|property|scope|starting-style|view-transition)\b|@supports[^{]*selector\(|@media[^{]*\(\s*(width|height)\s*[<>]|@media[^{]*(prefers-contrast|forced-colors)/;

function declarationOf(name, value, all) {
  if (/^(gap|row-gap)$/.test(name) && all.some(([n, v]) => n === 'display' && v.includes('grid'))) return ''; // grids have had it since 66
  if (name === 'appearance' && all.some(([n]) => n === '-webkit-appearance')) return '';
  if (name.startsWith('mask') && all.some(([n]) => n === '-webkit-' + name)) return '';
  if (PROPERTIES.test(name)) return name;
  if (name.startsWith('--')) return '';
  const found = VALUES.find(([p, what]) => p.test(value) && (what !== 'overflow: clip (90)' || name.startsWith('overflow')));
  if (found) return found[1];
  // an auto column under an item that spans it is as wide as the item there
  return /^grid-template(-areas)?$/.test(name) && /(\b[\w-]+)\s+\1\b/.test(value.replace(/repeat\([^)]*\)/g, '')) && /\/[^/]*\bauto\b/.test(value) ? 'auto column under a spanning item' : '';
}

/** Alone it may fail, for the browser draws its own ring then; among others it takes the whole rule down with it. */
function stands(head) {
  const ringed = head.split(',').filter((s) => s.includes(':focus-visible')).length;
  return ringed > 0 && ringed < head.split(',').length;
}

/** out: what of a style sheet Chromium 80 lacks, one line each. */
export function newerStyle(name, css) {
  const found = new Set(), clean = css.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/"[^"]*"|'[^']*'/g, (s) => (/^.[\w\s.-]*.$/.test(s) ? s : '""'));
  for (const m of clean.matchAll(/([^{};]*)\{(?=([^{}]*))/g)) {
    const head = m[1].trim(), all = [...m[2].matchAll(/(?:^|;)\s*([\w-]+)\s*:\s*([^;]*)/g)].map((d) => [d[1], d[2].trim()]);
    if (RULES.test(head)) found.add(`${name}: ${head}`);
    for (const [p, what] of SELECTORS) if (p.test(head + '{') && !(what === OLDER_BUTTON && clean.includes('::-webkit-file-upload-button'))) found.add(`${name}: ${what} in ${head}`);
    if (stands(head)) found.add(`${name}: :focus-visible (86) beside others in ${head}`);
    if (/(^|[\s,>+~])&/.test(head)) found.add(`${name}: nested rules (112) in ${head}`);
    const display = all.find(([n]) => n === 'display')?.[1] ?? '';
    if (/(^|[\s,>])fieldset(\[[^\]]*\]|\.[\w-]+)*\s*(,|$)/.test(head) && /flex|grid/.test(display)) found.add(`${name}: a fieldset that lays out (86) in ${head}`);
    for (const [n, v] of all) { const what = declarationOf(n, v, all); if (what) found.add(`${name}: ${what} in ${head}`); }
  }
  return [...found];
}

/** The parts of a source that are script and style. */
export function partsOf(name, text) {
  if (!name.endsWith('.vue')) return name.endsWith('.css') ? {script: '', style: text} : {script: text, style: ''};
  const cut = (tag) => [...text.matchAll(new RegExp(`<${tag}[^>]*>([\\s\\S]*?)</${tag}>`, 'g'))].map((m) => m[1]).join('\n');
  return {script: cut('script'), style: cut('style')};
}
