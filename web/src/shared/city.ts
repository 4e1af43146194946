/** The city package as the faces need it: loaded once, with quick look-ups. */
import {shallowRef} from 'vue'
import {get} from './api'
import {setZone} from './format'
import type {Category, City, Condition, Named, Unit} from './types'

export const city = shallowRef<City | null>(null)
const categories = new Map<string, Category>(), units = new Map<string, Unit>(), conditions = new Map<string, Condition>()

/** Takes over what a server, or a kept copy of an earlier answer, says of the city. */
export function setCity(c: City): void {
  categories.clear()
  units.clear()
  conditions.clear()
  for (const k of c.categories) {
    categories.set(k.code, k)
    for (const x of k.conditions) conditions.set(x.code, x)
  }
  for (const u of c.units) units.set(u.code, u)
  setZone(c.offsets)
  city.value = c
}

export async function loadCity(lang: string): Promise<City> {
  const c = await get<City>('/city', {lang})
  setCity(c)
  return c
}

export const category = (code: string | null | undefined): Category | undefined => (code ? categories.get(code) : undefined)
export const condition = (code: string | null | undefined): Condition | undefined => (code ? conditions.get(code) : undefined)
export const unit = (code: string | null | undefined): Unit | undefined => (code ? units.get(code) : undefined)

/** The base map that a city has, where nobody chose another. */
export const ownBase = (): string => (city.value?.map?.pmtiles ? 'pmtiles' : city.value?.map?.wmts[0]?.name ?? 'none')

/** Codes that this city has, for examples that work: a unit, and a category with others below it. */
export function sampleCodes(): {unit: string; category: string} {
  const c = city.value, group = c?.categories.find((k) => c.categories.some((x) => x.parent === k.code))
  return {unit: c?.units[1]?.code ?? c?.units[0]?.code ?? 'none', category: group?.code ?? c?.categories[0]?.code ?? ''}
}

/** The way down to a category: 部件 › 公用设施 › 上水井盖. */
export function categoryPath(code: string): string {
  const names: string[] = []
  for (let k = category(code); k; k = category(k.parent)) names.unshift(k.name)
  return names.join(' › ')
}

/** Categories of a procedure that only some posts file, with the way to each: those that have none below them. */
export function categoriesOf(procedure: string): Named[] {
  const all = city.value?.categories ?? [], parents = new Set(all.map((k) => k.parent))
  return all.filter((k) => k.procedure === procedure && !parents.has(k.code)).map((k) => ({code: k.code, name: k.name}))
}

/** Categories that residents or staff may file under, with the way to each. */
export function intakeCategories(procedure = 'report'): Named[] {
  return (city.value?.categories ?? []).filter((k) => k.intake && k.procedure === procedure)
    .map((k) => ({code: k.code, name: categoryPath(k.code)}))
}

/** Every category, with the classes above them: a class stands for all below it. */
export function everyCategory(): Named[] {
  return (city.value?.categories ?? []).map((k) => ({code: k.code, name: categoryPath(k.code)}))
}
