/** Icons of the pages, drawn on 16 × 16: letters of strange fonts look different everywhere and are slow to find. */
export const icons: Record<string, string> = {
  map: 'M8 14s4.5-4.3 4.5-7.7a4.5 4.5 0 0 0-9 0C3.5 9.7 8 14 8 14zM8 8a1.7 1.7 0 1 0 0-3.4A1.7 1.7 0 0 0 8 8z',
  cases: 'M2.5 4h1M2.5 8h1M2.5 12h1M6 4h7.5M6 8h7.5M6 12h7.5',
  desk: 'M2 9.5l2-6h8l2 6v3.5H2zM2 9.5h3.5l1 1.5h3l1-1.5H14',
  call: 'M3 2.5h2.5l1.2 3-1.6 1.2a7.5 7.5 0 0 0 3.7 3.7l1.2-1.6 3 1.2V12.5a1 1 0 0 1-1 1A10 10 0 0 1 2 3.5a1 1 0 0 1 1-1z',
  insight: 'M6.8 11.5a4.7 4.7 0 1 0 0-9.4 4.7 4.7 0 0 0 0 9.4zM10.3 10.3L14 14M4.8 7.4l1.4-1.8 1.2 1.2 1.4-2',
  duty: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5v3.2l2.2 1.6',
  stats: 'M2 13.5h12M4 11V7.5M8 11V3M12 11V5.5',
  knowledge: 'M8 4c-1.4-1-3.3-1.4-5.5-1.4v9.6c2.2 0 4.1.4 5.5 1.4 1.4-1 3.3-1.4 5.5-1.4V2.6C11.3 2.6 9.4 3 8 4zM8 4v9.6',
  inspections: 'M4 2.5h8v11H4zM6 2.5V1.5h4v1M6 6.5l1 1 2-2M6 10.5h4',
  sensors: 'M8 9.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4zM5 11a4.2 4.2 0 0 1 0-6M11 5a4.2 4.2 0 0 1 0 6M3 13a7 7 0 0 1 0-10M13 3a7 7 0 0 1 0 10',
  grids: 'M2.5 2.5h11v11h-11zM2.5 6.2h11M2.5 9.8h11M6.2 2.5v11M9.8 2.5v11',
  emergency: 'M8 2.2l6.2 11.3H1.8zM8 6.5v3.2M8 11.6v.4',
  directory: 'M3 2.5h9.5v11H3zM6 2.5v11M8.5 6h2M8.5 8.5h2',
  audit: 'M8 2l5 1.8V7.5c0 3-2 5.2-5 6.5-3-1.3-5-3.5-5-6.5V3.8zM5.8 7.8l1.6 1.6 3-3.2',
  settings: 'M2 4.5h6M11.5 4.5H14M2 11.5h2.5M8 11.5h6M9.8 3v3M6.2 10v3',
}
