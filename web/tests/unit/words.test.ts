import fs from 'node:fs'
import path from 'node:path'
import {describe, expect, it} from 'vitest'

const SRC = path.resolve(__dirname, '../../src')
const CHINESE = /[\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]/
const read = (lang: string, file: string): Record<string, string> => JSON.parse(fs.readFileSync(path.join(SRC, 'words', lang, file), 'utf8')) as Record<string, string>
const languages = fs.readdirSync(path.join(SRC, 'words'))
const faces = fs.readdirSync(path.join(SRC, 'words/zh'))

function sources(folder = SRC): string[] {
  return fs.readdirSync(folder, {withFileTypes: true}).flatMap((e) => {
    const p = path.join(folder, e.name)
    return e.isDirectory() ? (e.name === 'words' ? [] : sources(p)) : /\.(vue|ts)$/.test(e.name) ? [p] : []
  })
}

describe('words', () => {
  it.each(languages.flatMap((l) => faces.map((f) => [l, f] as const)))('%s/%s has the keys of zh and their parameters', (lang, face) => {
    const zh = read('zh', face), other = read(lang, face)
    expect(Object.keys(other).sort()).toEqual(Object.keys(zh).sort())
    for (const [key, text] of Object.entries(zh)) {
      const names = (s: string): string[] => [...new Set(s.match(/\{\w+\}/g) ?? [])].sort()
      const missing = names(text).filter((n) => !names(other[key] ?? '').includes(n))
      expect({key, missing}).toEqual({key, missing: []})
    }
  })
  it('no English text in Chinese words, no Chinese in English ones', () => {
    for (const face of faces) {
      const en = Object.entries(read('en', face)).filter(([k, v]) => CHINESE.test(v) && !k.startsWith('language.'))
      expect({face, en}).toEqual({face, en: []})
      const zh = Object.entries(read('zh', face)).filter(([k, v]) => /[A-Za-z]{3,}/.test(v.replace(/\{\w+\}/g, '').replace(/https?:\S+|[a-z_]+:\S*|`[^`]*`/g, '')) && !CHINESE.test(v) && !k.startsWith('language.'))
      expect({face, zh}).toEqual({face, zh: []})
    }
  })
  it('every key that a source names exists', () => {
    const known = new Set(faces.flatMap((f) => Object.keys(read('zh', f))))
    const unknown: string[] = []
    for (const file of sources()) {
      for (const m of fs.readFileSync(file, 'utf8').matchAll(/\bt\('([a-z_]+\.[\w.-]+)'\s*[,)]/g)) {
        if (!known.has(m[1] as string)) unknown.push(`${path.relative(SRC, file)}: ${m[1]}`)
      }
    }
    expect(unknown).toEqual([])
  })
  it('no text stands in a component', () => {
    const found: string[] = []
    for (const file of sources()) {
      const text = fs.readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(^|\s)\/\/.*$/gm, '')
      if (file.endsWith('.vue')) {
        const template = /<template>([\s\S]*)<\/template>/.exec(text)?.[1] ?? ''
        for (const m of template.matchAll(/>([^<>{}]*[A-Za-z]{3,}[^<>{}]*)</g)) if (!/kbd/.test(m[0])) found.push(`${path.relative(SRC, file)}: ${(m[1] as string).trim()}`)
      }
      if (CHINESE.test(text.replace(/'：'|：|[（）·、]/g, ''))) found.push(`${path.relative(SRC, file)}: ${CHINESE.exec(text.replace(/'：'|：|[（）·、]/g, ''))?.[0]}`)
    }
    expect(found).toEqual([])
  })
})
