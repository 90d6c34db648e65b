{{- define "service.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "service.labels" -}}
{{ include "service.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "service.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "service.secret" -}}
{{- if .Values.secrets.existingSecret -}}
{{ .Values.secrets.existingSecret }}
{{- else if .Values.secrets.values -}}
{{ .Release.Name }}
{{- end -}}
{{- end }}

{{/* What the chart itself decides about the service; the settings of the values come after it. */}}
{{- define "service.settings" -}}
HOST: "0.0.0.0"
PORT: {{ .Values.port | quote }}
STOP_DELAY: {{ .Values.stopping.delay | quote }}
GRACE: {{ .Values.stopping.grace | quote }}
{{- if include "service.secret" . }}
SECRETS_DIR: /run/secrets/service
{{- end }}
{{- if .Values.store.enabled }}
{{- with .Values.store.url }}
STORE_URL: {{ . | quote }}
{{- end }}
STORE_KEY_FILE: {{ range $i, $key := .Values.store.keys }}{{ if $i }},{{ end }}/run/secrets/store/{{ $key }}{{ end }}
REPLICAS: {{ ternary .Values.autoscaling.minReplicas .Values.replicas .Values.autoscaling.enabled | quote }}
{{- end }}
{{- range $name, $value := .Values.settings }}
{{ $name }}: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{/* One rule of a network policy's way out: where to, and which TCP ports. */}}
{{- define "service.egress" -}}
- to:
    {{- toYaml .to | nindent 4 }}
  ports:
    {{- range .ports }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
{{- end }}
