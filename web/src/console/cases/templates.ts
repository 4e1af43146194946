/** Ready texts of the package, and how they become the text of a case. */
import {shallowRef} from 'vue'
import {get} from '@/shared/api'
import {categoryPath} from '@/shared/city'
import {dueWords} from '@/shared/format'
import {language} from '@/shared/words'
import type {Case, Field, Offer} from '@/shared/types'

export interface Template { code: string; label: string; actions: string[]; text: string }
export const templates = shallowRef<Template[]>([])
let loaded = ''

export async function loadTemplates(): Promise<void> {
  if (loaded === language.value) return
  loaded = language.value
  try {
    templates.value = (await get<{items: Template[]}>('/templates')).items
  } catch {
    loaded = '' // without them the forms still work
  }
}

/** The text with what the case says in the places of {number} {unit} {due} {category} {area}; what it does not say goes. */
export function filled(text: string, c: Case, now: number): string {
  const values: Record<string, string> = {
    number: c.number, unit: c.unit?.name ?? '', due: c.due ? dueWords(c.due, now) : '', category: c.category ? categoryPath(c.category.code) || c.category.name : '',
    area: c.area?.name ?? '',
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

/** The field that a ready text belongs into: the first text that the reporter reads, else the first long one. */
export function textField(offer: Offer): Field | undefined {
  const texts = offer.fields.filter((f) => f.type === 'text')
  return texts.find((f) => f.public) ?? texts.find((f) => f.required) ?? texts[0]
}

/** Whether an answer to the reporter is asked for, so that an earlier one may serve as a draft. */
export const wantsAnswer = (offer: Offer): boolean => offer.fields.some((f) => f.type === 'text' && f.public && f.required && (f.max ?? 0) >= 1000)
