/** Image references by the grammar of the distribution project. */
import { expect, it } from 'vitest';
import { imageReference } from '../../../../core/deployment/spec/image.ts';

const hex = '0123456789abcdef'.repeat(4);

it.each([
  'nginx',
  'nginx:latest',
  'nginx:1.21',
  'library/nginx',
  'ring-demo:1',
  'a/b/c/d:tag',
  'a__b/c--d/e.f_g',
  'docker.io/library/nginx:1.27-alpine',
  'localhost/app',
  'localhost:5000/app',
  '127.0.0.1:5000/team/app:v1',
  '[::1]:5000/app',
  `registry.example:5000/app@sha256:${hex}`,
  `registry.example/app:v1@sha256:${hex}`,
  `nginx@sha256:${hex}`,
  `sha256:${hex}`,
])('takes %s', (image) => {
  expect(imageReference.test(image)).toBe(true);
});

it.each([
  '',
  'Nginx',
  'nginx:',
  ':latest',
  'nginx:-x',
  'nginx:a:b',
  'nginx@',
  'nginx@sha256:123',
  'nginx@latest',
  '/nginx',
  'nginx/',
  'a//b',
  '-nginx',
  'nginx-',
  'a..b',
  'http://registry/app',
  'host:port/app',
  'nginx:1.21\n',
  ' nginx',
  'nginx;rm',
  '$(id)',
  `nginx:${'x'.repeat(129)}`,
])('refuses %j', (image) => {
  expect(imageReference.test(image)).toBe(false);
});
