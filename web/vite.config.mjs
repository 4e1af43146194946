import {resolve} from 'node:path';
import vue from '@vitejs/plugin-vue';
import {defineConfig} from 'vite';

const here = import.meta.dirname;

// Old office browsers: syntax down to Chromium 64, so that 80 works for certain and 78 usually does.
export default defineConfig({
  root: here,
  plugins: [vue()],
  resolve: {alias: {'@': resolve(here, 'src')}},
  define: {__VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false'},
  build: {
    target: 'chrome64',
    cssTarget: 'chrome80',
    assetsInlineLimit: 0, // nothing as data: in scripts or styles; the policy of the pages forbids fonts so
    modulePreload: {polyfill: false},
    manifest: true,
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: {
        console: resolve(here, 'index.html'),
        wall: resolve(here, 'wall.html'),
        field: resolve(here, 'field/index.html'),
        resident: resolve(here, 'src/resident/main.ts'),
      },
    },
  },
  worker: {format: 'iife'},
  server: {proxy: {'/api': 'http://127.0.0.1:8080', '/map': 'http://127.0.0.1:8080'}},
  test: {
    environment: 'happy-dom',
    include: ['tests/unit/**/*.test.ts'],
  },
});
