/** The pure parts of the resident's pages: words from attributes, the draft that stays, suggestions by keyboard. */
import {beforeEach, describe, expect, it, vi} from 'vitest'
import {make, word} from '@/resident/dom'
import {forgetDraft, startDraft} from '@/resident/draft'
import {startSuggest} from '@/resident/suggest'

describe('words come from the server', () => {
  it('fills in names and chooses by number', () => {
    document.documentElement.lang = 'en'
    const e = make('p', {'data-news': '{n} is new|{n} are new', 'data-said': 'within {n} m of {where}'})
    expect(word(e, 'news', {n: 1})).toBe('1 is new')
    expect(word(e, 'news', {n: 3})).toBe('3 are new')
    expect(word(e, 'said', {n: 5, where: 'here'})).toBe('within 5 m of here')
    expect(word(e, 'missing')).toBe('')
  })
})

function form(): HTMLFormElement {
  document.body.innerHTML = '<form data-restored="back" data-discard="anew"><textarea name=text></textarea><input name=address><input name=lon><input name=lat><input name=phone></form>'
  return document.querySelector('form') as HTMLFormElement
}
const field = (f: HTMLFormElement, name: string): HTMLInputElement => f.elements.namedItem(name) as HTMLInputElement

describe('the draft', () => {
  beforeEach(() => { localStorage.clear(); vi.useFakeTimers() })

  function write(): void {
    const f = form()
    startDraft(f, () => null, () => undefined)
    field(f, 'text').value = 'a lamp is out'
    field(f, 'phone').value = '13900000000'
    f.dispatchEvent(new Event('input'))
    vi.advanceTimersByTime(1000)
  }

  it('comes back, without contact data', () => {
    write()
    expect(JSON.stringify({...localStorage})).not.toContain('13900000000')
    const f = form()
    startDraft(f, () => null, () => undefined)
    expect(field(f, 'text').value).toBe('a lamp is out')
    expect(f.textContent).toContain('back')
  })

  it('gives way to what is there already, and is forgotten', () => {
    write()
    const f = form()
    field(f, 'lon').value = '1'
    startDraft(f, () => null, () => undefined)
    expect(field(f, 'text').value).toBe('')
    forgetDraft()
    const g = form()
    startDraft(g, () => null, () => undefined)
    expect(field(g, 'text').value).toBe('')
  })

  it('does not outlive three days', () => {
    write()
    vi.setSystemTime(Date.now() + 4 * 86_400_000)
    const f = form()
    startDraft(f, () => null, () => undefined)
    expect(field(f, 'text').value).toBe('')
  })
})

describe('suggestions', () => {
  it('are chosen with the arrows and Enter, which sends nothing', async () => {
    vi.useRealTimers()
    const items = [{name: 'East Road', kind: 'landmark', area: null, lon: 1, lat: 2}, {name: 'East Square', kind: 'landmark', area: null, lon: 3, lat: 4}]
    vi.stubGlobal('fetch', vi.fn(async () => new Response(JSON.stringify({items}))))
    document.body.innerHTML = '<form><input id=a></form>'
    const input = document.getElementById('a') as HTMLInputElement, chosen: string[] = []
    startSuggest(input, 'places', (p) => chosen.push(p.name))
    input.focus()
    input.value = 'East'
    input.dispatchEvent(new Event('input'))
    await vi.waitFor(() => expect(document.querySelectorAll('[role=option]').length).toBe(2))
    const key = (k: string): boolean => input.dispatchEvent(new KeyboardEvent('keydown', {key: k, cancelable: true}))
    key('ArrowDown')
    key('ArrowDown')
    expect(key('Enter')).toBe(false)
    expect(chosen).toEqual(['East Square'])
    expect(input.getAttribute('aria-expanded')).toBe('false')
    expect(key('Enter')).toBe(true)
  })
})
