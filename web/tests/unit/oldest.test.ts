/** The sources use nothing that is newer than Chromium 80, and the check that says so can fail. */
import fs from 'node:fs'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {newerScript, newerStyle, partsOf} from '../../build/oldest.mjs'

const web = path.resolve(__dirname, '../..')
function walk(folder: string): string[] {
  return fs.readdirSync(folder, {withFileTypes: true}).flatMap((e) => (e.isDirectory() ? walk(path.join(folder, e.name)) : [path.join(folder, e.name)]))
}
const sources = [...walk(path.join(web, 'src')), ...walk(path.join(web, 'public')), path.join(web, '../src/api/style.css')].filter((f) => /\.(ts|vue|css|js)$/.test(f))

it('the sources use nothing newer', () => {
  expect(sources.length).toBeGreaterThan(150)
  const found = sources.flatMap((f) => {
    const {script, style} = partsOf(f, fs.readFileSync(f, 'utf8')), name = path.relative(web, f)
    return [...newerScript(name, script, true), ...newerStyle(name, style)]
  })
  expect(found).toEqual([])
}, 60_000)

describe('what is newer is found', () => {
  const script = ['a ??= 1', 'a ||= 1', 'class A { #f() {} }', 'class A { static { x() } }', '/a/d', 'await x', 'a.at(-1)', '"a".replaceAll("b", "c")',
    'structuredClone(a)', 'window.structuredClone(a)', 'crypto.randomUUID()', 'Promise.any([])', 'AbortSignal.timeout(5)', 'new WeakRef(a)',
    'new Intl.DisplayNames("zh", {})', 'e.replaceChildren()', 'e.addEventListener("click", f, {signal: s})', 'navigator.userAgentData.mobile']
  it.each(script)('%s', (code) => { expect(newerScript('x', code)).toHaveLength(1) })

  const style = ['a { inset: 0 }', 'a { display: flex; gap: 8px }', 'a { aspect-ratio: 1 }', 'a:is(b, c) { color: red }', ':where(a) { color: red }', 'a:has(b) { color: red }',
    'a:focus, a:focus-visible { color: red }', 'a { height: 100dvh }', 'a { color: color-mix(in srgb, red, blue) }', '@layer x { a { color: red } }', '@media (width > 900px) { a { color: red } }',
    'a { & b { color: red } }', 'fieldset { display: flex }', 'a { overflow: clip }', 'a { margin-inline: 2px }', "a { grid-template: 'top top' auto 'side main' 1fr / auto minmax(0, 1fr) }"]
  it.each(style)('%s', (css) => { expect(newerStyle('x', css).length).toBeGreaterThan(0) })

  const known = ['a?.b ?? c', 'e.at', 'at(3)', 'class A { x = 1 }', '({gap: 1}).gap', 'Object.entries(a).flatMap(f)', 'e.addEventListener("click", f, {once: true})']
  it.each(known)('but not %s', (code) => { expect(newerScript('x', code)).toEqual([]) })

  it('but not what a grid, a shadow or a clip has had for long', () => {
    expect(newerStyle('x', 'a { display: grid; gap: 8px; box-shadow: inset 0 0 1px red; clip-path: inset(50%); width: min(1px, 2px) } :focus-visible { outline: 0 } button:focus-visible, a:focus-visible { outline: 0 }')).toEqual([])
  })

  it('an own source is excused nothing', () => {
    expect(newerScript('x', 'Object.hasOwn(a, "b")')).toEqual([]) // the map's library has it, and something brings it
    expect(newerScript('x', 'Object.hasOwn(a, "b")', true)).toHaveLength(1)
  })
})
