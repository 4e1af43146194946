/** Places while the address is typed: a combobox with a list of options. */
import {get} from '@/shared/api'
import type {Place} from '@/shared/types'
import {announce, calm, empty, make} from './dom'

export function startSuggest(input: HTMLInputElement, label: string, choose: (p: Place) => void): void {
  const id = input.id + '-options', list = make('ul', {id, role: 'listbox', class: 'options', 'aria-label': label})
  const box = make('div', {class: 'combo'})
  let places: Place[] = [], at = -1, typed = '', asked: AbortController | null = null
  input.replaceWith(box)
  box.append(input, list)
  list.hidden = true
  for (const [k, v] of [['role', 'combobox'], ['aria-autocomplete', 'list'], ['aria-controls', id], ['aria-expanded', 'false']]) input.setAttribute(k as string, v as string)

  const close = (): void => {
    list.hidden = true
    at = -1
    input.setAttribute('aria-expanded', 'false')
    input.removeAttribute('aria-activedescendant')
  }
  const mark = (n: number): void => {
    at = n
    for (const [i, e] of [...list.children].entries()) {
      e.setAttribute('aria-selected', String(i === n))
      if (i === n) {
        e.scrollIntoView({block: 'nearest'})
        input.setAttribute('aria-activedescendant', e.id)
      }
    }
  }
  const take = (n: number): void => {
    const p = places[n]
    close()
    if (!p) return
    typed = input.value = p.name
    choose(p)
  }
  const show = (found: Place[]): void => {
    places = found
    empty(list)
    for (const [i, p] of found.entries()) {
      const e = make('li', {id: `${id}-${i}`, role: 'option', 'aria-selected': 'false'}, p.name)
      if (p.area && p.area.name !== p.name) e.append(' ', make('span', {class: 'unit'}, p.area.name))
      e.addEventListener('mousedown', (m) => { m.preventDefault(); take(i) })
      list.append(e)
    }
    at = -1
    list.hidden = found.length === 0
    input.setAttribute('aria-expanded', String(found.length > 0))
    if (found.length > 0) announce(label + ': ' + found.length)
  }
  const ask = async (): Promise<void> => {
    const q = input.value.trim()
    if (q === typed) return
    typed = q
    asked?.abort()
    asked = new AbortController()
    try {
      const r = q ? await get<{items: Place[]}>('/places', {q}, asked.signal) : {items: []}
      if (document.activeElement === input) show(r.items)
    } catch { /* no suggestions; the address counts as it is written */ }
  }
  input.addEventListener('input', calm(250, () => void ask()))
  input.addEventListener('blur', close)
  input.addEventListener('keydown', (e) => {
    if (list.hidden) return
    const n = places.length
    if (e.key === 'ArrowDown') mark((at + 1) % n)
    else if (e.key === 'ArrowUp') mark(at <= 0 ? n - 1 : at - 1)
    else if (e.key === 'Enter' && at >= 0) take(at)
    else if (e.key === 'Escape') close()
    else return
    e.preventDefault()
  })
}
