# What `rondo new` writes: plugins/<kind folder>/TEMPLATE.c.txt, or TEMPLATE_AUTODIFF.c.txt where that is asked for,
# and plugins/template/ as a source of the program.

# The text of a file as an array of C strings, one per line.
function(rondo_template_lines file out)
  file(READ ${file} text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n\",\n        \"" text "${text}")
  set(${out} "(const char *const[]){\n        \"${text}\", NULL}" PARENT_SCOPE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endfunction()

function(rondo_add_templates)
  set(plugins ${PROJECT_SOURCE_DIR}/plugins)
  set(entries "")
  foreach(kind IN ITEMS cell loss optimizer schedule)
    rondo_plugin_folder(${kind} folder)
    string(TOUPPER ${kind} upper)
    foreach(pair IN ITEMS ${folder}/TEMPLATE.c.txt:@NAME@.c template/CMakeLists.txt.in:CMakeLists.txt
                          template/${kind}.yaml:train.yaml template/${kind}_sweep.yaml:sweep.yaml)
      string(REPLACE ":" ";" pair ${pair})
      list(GET pair 0 file)
      list(GET pair 1 path)
      rondo_template_lines(${plugins}/${file} lines)
      set(autodiff NULL)
      if(EXISTS ${plugins}/${folder}/TEMPLATE_AUTODIFF.c.txt AND file MATCHES "TEMPLATE")
        rondo_template_lines(${plugins}/${folder}/TEMPLATE_AUTODIFF.c.txt autodiff)
      endif()
      string(APPEND entries "    {RONDO_KIND_${upper}, \"${path}\", ${lines}, ${autodiff}},\n")
    endforeach()
  endforeach()
  set(source ${PROJECT_BINARY_DIR}/generated/rondo_new_files.c)
  # Not file(GENERATE), which would take $<..> for its own, nor file(CONFIGURE), which would take @NAME@.
  file(WRITE ${source}.in "/* Written by RondoTemplates.cmake. */
#include \"command/new_files.h\"

const rondo_new_file rondo_new_files[] = {
${entries}    {RONDO_KIND_CELL, NULL, NULL, NULL},
};
")
  configure_file(${source}.in ${source} COPYONLY)
  foreach(library IN ITEMS rondo_command rondo_command_double)
    if(TARGET ${library})
      target_sources(${library} PRIVATE ${source})
    endif()
  endforeach()
endfunction()
