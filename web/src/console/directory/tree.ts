/** The areas as a tree with numbers. Pure. */
export interface TreeArea { code: string; name: string; level: string; parent: string | null; count: number; children: TreeArea[] }
export interface AreaLike { code: string; name: string; level: string; parent?: string | null }

/** in: areas of all levels, counts by the level of each area. An area whose parent is unknown stands at the top. */
export function areaTree(areas: AreaLike[], counts: Map<string, number>): TreeArea[] {
  const all = new Map<string, TreeArea>(areas.map((a) => [a.code, {code: a.code, name: a.name, level: a.level, parent: a.parent ?? null, count: counts.get(a.code) ?? 0, children: []}]))
  const top: TreeArea[] = []
  for (const a of all.values()) (a.parent ? all.get(a.parent)?.children ?? top : top).push(a)
  return top
}

/** Those that match, with the way down to them. in: lower-case words, all of which must occur in name or code. */
export function filterTree(tree: TreeArea[], words: string[]): TreeArea[] {
  if (words.length === 0) return tree
  return tree.flatMap((a) => {
    const hit = words.every((w) => a.name.toLowerCase().includes(w) || a.code.toLowerCase().includes(w))
    const inside = filterTree(a.children, words)
    return hit || inside.length > 0 ? [{...a, children: inside}] : []
  })
}

export const splitWords = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean)
