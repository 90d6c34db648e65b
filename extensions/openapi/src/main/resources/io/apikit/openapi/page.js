'use strict';
// Swagger UI has dark colours, but follows the system's in its larger layout alone.
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
follow();
dark.addEventListener('change', follow);

window.ui = SwaggerUIBundle({
  // Absolute: servers are relative to it.
  url: new URL('openapi.json', document.location.href).href,
  dom_id: '#swagger-ui',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  displayRequestDuration: true,
  // Its badge would send the address of this service to another one.
  validatorUrl: 'none',
});
