/** The manifest that `ring init` writes: small, complete, and with the fields that are usually changed first. */

/** Returns the text; `schema` is the path of the file that editors check it against. */
export const starterManifest = (schema: string): string => `# yaml-language-server: $schema=${schema}
#
# What should run. \`ring plan -f ring.yaml\` tells what applying it would do, \`ring apply -f ring.yaml --wait\` does it
# and stays until it runs. Values may hold \${VARIABLES} of the environment, with \${DEFAULTS:-like this}.

labels:
  app: starter

configs:
  site:
    data: |
      server {
        listen 80;
        location / { return 200 "It works: change ring.yaml and apply it again.\\n"; }
      }

deployments:
  web:
    image: nginx:\${NGINX_VERSION:-1.27-alpine}
    replicas: 1
    ports:
      - "127.0.0.1:8080:80"
    volumes:
      - type: config
        source: site
        destination: /etc/nginx/conf.d/default.conf
    # A new version serves only once this answers; the old one serves until then.
    health_checks:
      - type: http
        port: 80
        path: /
        readiness: true
    resources:
      limits:
        memory: 128Mi
`;
