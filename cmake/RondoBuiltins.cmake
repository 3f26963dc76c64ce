# What is built into the program, one file each: a new file is the only edit.
#
#     rondo_add_builtins(<target> <kind> <plural> <struct> <header> <folder>)
#
# generates, from the names of the files <folder>/NAME.c,
#
#     const rondo_plugin *const rondo_builtin_<plural>[] = {&rondo_<kind>_NAME.head, .., NULL};
#
# where each file defines `const <struct> rondo_<kind>_NAME`, whose first member `head` is a
# rondo_plugin; <header> declares the struct. Files that define none are helpers of those beside
# them. The table becomes a source of the target and of <target>_double, which compile the folder's
# files themselves.
function(rondo_add_builtins target kind plural struct header folder)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.c)
  set(declarations "")
  set(entries "")
  foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    file(STRINGS ${source} definition REGEX "^const ${struct} rondo_${kind}_${name} =")
    if(NOT definition)
      continue()
    endif()
    string(APPEND declarations "extern const ${struct} rondo_${kind}_${name};\n")
    string(APPEND entries "    &rondo_${kind}_${name}.head,\n")
  endforeach()
  set(table ${PROJECT_BINARY_DIR}/generated/rondo_builtin_${plural}.c)
  file(CONFIGURE OUTPUT ${table} @ONLY CONTENT "/* Written by RondoBuiltins.cmake. */
#include \"${header}\"

${declarations}
extern const rondo_plugin *const rondo_builtin_${plural}[];
const rondo_plugin *const rondo_builtin_${plural}[] = {
${entries}    NULL,
};
")
  foreach(library IN ITEMS ${target} ${target}_double)
    if(TARGET ${library})
      target_sources(${library} PRIVATE ${table})
    endif()
  endforeach()
endfunction()
