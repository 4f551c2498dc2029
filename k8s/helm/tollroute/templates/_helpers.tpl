{{/* What the pods of this release are chosen by. */}}
{{- define "tollroute.selector" -}}
app.kubernetes.io/name: tollroute
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tollroute.labels" -}}
{{ include "tollroute.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "tollroute.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* Folder, as in the image, to name and text of its files, as JSON: those of the chart, and over them those of the values. */}}
{{- define "tollroute.folders" -}}
{{- $folders := dict -}}
{{- range $path, $bytes := .Files.Glob "files/**.yaml" -}}
{{- $folder := dir $path | trimPrefix "files/" -}}
{{- $_ := set $folders $folder (merge (dict (base $path) (toString $bytes)) (get $folders $folder | default dict)) -}}
{{- end -}}
{{- range $root, $own := dict "routes" .Values.routes "services" .Values.services -}}
{{- range $path, $text := $own -}}
{{- $folder := printf "%s/%s" $root (dir $path) | clean -}}
{{- $_ := set $folders $folder (merge (dict (base $path) $text) (get $folders $folder | default dict)) -}}
{{- end -}}
{{- end -}}
{{- toJson $folders -}}
{{- end }}

{{/* A variable that is a key of the Secret. */}}
{{- define "tollroute.secret" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .name }}
{{- if .optional }}
      optional: true
{{- end }}
{{- end }}
