import {resolve} from 'node:path';
import {defineConfig} from 'vite';

const here = import.meta.dirname;

// The map of the faces by itself, built as the faces are; see tests/browser/measure_map.py.
export default defineConfig({
  root: here,
  base: './',
  resolve: {alias: {'@': resolve(here, '../../src')}},
  define: {__VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false'},
  build: {target: 'chrome64', assetsInlineLimit: 0, modulePreload: {polyfill: false}, emptyOutDir: true, chunkSizeWarningLimit: 1200},
});
