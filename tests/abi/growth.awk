# Reads what `abidiff --leaf-changes-only` says, and prints of each struct what is no growth, nothing where all is.
# Growth: fields in the place of `reserved` ones, the size staying; or, of a struct that the file NAMES has, fields behind
# its last one.
function end_struct() {
    if (inserted && !from_reserved && !(may_grow[name] && is_larger)) print inserted
    inserted = from_reserved = is_larger = is_reserved = ""
}
BEGIN {
    while ((getline line < NAMES) > 0) may_grow["'struct " line "' changed:"] = 1
}
/summary:/ || /^$/ { next }
/^[^ ]/ {
    end_struct()
    name = $0
    if (name !~ /^'struct [a-z_]+' changed:$/) print
    next
}
/^  type size hasn't changed$/ { next }
/^  type size changed from/ && may_grow[name] { is_larger = 1; next }
/^  [0-9]+ data member insertions?:$/ { inserted = $0; next }
/^    '.*', at offset [0-9]+ \(in bits\)$/ && inserted { next }
/^  there are data member changes:$/ { next }
/^    type 'void\*\[[0-9]+\]' of '[a-z_:]*::reserved' changed:$/ { is_reserved = from_reserved = 1; next }
/^      (type name changed|array type size changed|array type subrange)/ && is_reserved { next }
/^    and offset changed from/ && is_reserved { is_reserved = ""; next }
{ print }
END { end_struct() }
